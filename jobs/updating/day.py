"""What the steps of an update hand on to one another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from jobs.draft import Draft
from jobs.few import few
from jobs.narrowed import Keys, among_keys, keys_of
from jobs.run import Run
from jobs.scratch import Scratch
from transforms.kernels import chosen

NO_IDS = pl.Series("profile_id", [], pl.Int64)
NO_NAMES = pl.Series("resident_id", [], pl.String)


class Told(NamedTuple):
    """Rows of the same things, as they were and as they are; of some only one of the two."""

    before: pl.DataFrame
    now: pl.DataFrame

    @property
    def both(self) -> pl.DataFrame:
        return pl.concat([self.before, self.now.select(self.before.columns)])

    @property
    def otherwise(self) -> pl.DataFrame:
        """Those that were not told alike both times."""
        return self.both.filter(self.both.is_unique())

    def chosen(self, *columns: str) -> "Told":
        return Told(self.before.select(columns), self.now.select(columns))


# What other people's pairs follow from, of a resident.
SAID = {
    **dict.fromkeys(("resident_id", "household_id", "name_folded"), pl.String()),
    "birth_date": pl.Date(),
    **dict.fromkeys(("phone", "id_number", "old_id_number"), pl.String()),
}
NOBODY = Told(pl.DataFrame(schema=SAID), pl.DataFrame(schema=SAID))


@dataclass
class Day:
    """A run over what a day touches; `draft` are the tables as the day leaves them."""

    run: Run
    draft: Draft
    disk: Scratch
    residents: pl.Series = field(default_factory=lambda: NO_NAMES)  # ids of the day's
    people: Told = NOBODY
    rows: pl.Series = field(default_factory=lambda: NO_IDS)  # profiles whose dose rows are others
    stated: pl.Series = field(default_factory=lambda: NO_IDS)  # profiles that come or go
    # Those, and profiles that have other doses or are verified otherwise.
    changed: pl.Series = field(default_factory=lambda: NO_IDS)
    asking: pl.Series = field(default_factory=lambda: NO_IDS)  # profiles whose pairs are others
    decided: pl.Series = field(default_factory=lambda: NO_IDS)  # … otherwise, or in review
    frames: dict[str, DataFrame] = field(default_factory=dict)  # on disk, for later steps

    def written(self, name: str, rows: DataFrame) -> DataFrame:
        """The rows on disk, kept for later steps by this name."""
        self.frames[name] = self.disk.written(name, rows)
        return self.frames[name]

    def keys(self, name: str, *values: pl.Series) -> Keys:
        """Values of the column `name`, everywhere."""
        return keys_of(self.run.tables.spark, name, pl.concat([v.rename(name) for v in values]))

    def before(self, name: str, keys: Keys, *columns: str) -> pl.DataFrame:
        """The rows with one of the keys as the last run left them, on the driver."""
        return self._few(self.draft.before(name), keys, columns)

    def now(self, name: str, keys: Keys, *columns: str) -> pl.DataFrame:
        """The rows with one of the keys as the update will leave them, on the driver."""
        return self._few(self.draft.read(name), keys, columns)

    def told(self, name: str, keys: Keys, *columns: str) -> Told:
        """Before and now."""
        return Told(self.before(name, keys, *columns), self.now(name, keys, *columns))

    @cached_property
    def touched(self) -> pl.Series:
        """Profiles whose candidates may be others than before, those that are gone among them."""
        return united(self.changed, self.asking)

    @cached_property
    def unsettled(self) -> pl.Series:
        """Profiles of which something is another than before, those that are gone among them."""
        return united(self.rows, self.changed, self.decided)

    def _few(self, rows: DataFrame, keys: Keys, columns: Iterable[str]) -> pl.DataFrame:
        wanted = dict.fromkeys([keys.name, *columns])
        return few(among_keys(chosen(rows, *wanted), keys))


def united(*ids: pl.Series) -> pl.Series:
    """All of them, each once and in order."""
    return pl.concat(ids).drop_nulls().unique().sort()
