"""What the steps of an update hand on to one another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

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


@dataclass
class Day:
    """A run over what a day touches; `draft` are the tables as the day leaves them."""

    run: Run
    draft: Draft
    disk: Scratch
    residents: pl.Series = field(default_factory=lambda: NO_NAMES)  # ids of the day's
    people: pl.DataFrame = field(default_factory=pl.DataFrame)  # as they were, and as they are
    rows: pl.Series = field(default_factory=lambda: NO_IDS)  # profiles whose dose rows are others
    stated: pl.Series = field(default_factory=lambda: NO_IDS)  # profiles that come or go
    changed: pl.Series = field(default_factory=lambda: NO_IDS)  # those, or verified otherwise
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

    def both(self, name: str, keys: Keys, *columns: str) -> pl.DataFrame:
        """Before and now, one below the other."""
        return pl.concat([self.before(name, keys, *columns), self.now(name, keys, *columns)])

    @cached_property
    def touched(self) -> pl.Series:
        """Profiles whose candidates may be others than before, those that are gone among them."""
        return united(self.changed, self.asking)

    @cached_property
    def unsettled(self) -> pl.Series:
        """Profiles of which something is another than before, those that are gone among them."""
        return united(self.changed, self.decided)

    def _few(self, rows: DataFrame, keys: Keys, columns: Iterable[str]) -> pl.DataFrame:
        wanted = dict.fromkeys([keys.name, *columns])
        return few(among_keys(chosen(rows, *wanted), keys))


def united(*ids: pl.Series) -> pl.Series:
    """All of them, each once and in order."""
    return pl.concat(ids).drop_nulls().unique().sort()
