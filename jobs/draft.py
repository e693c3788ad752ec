"""A warehouse as it will be: changes of its tables that are written and not yet made.

All are made at once or not at all. Once each is put into words (`made`), whoever comes next makes
what a killed update has left to do (`finish`); before that, nothing has changed.
"""

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from jobs import delta_commit, parquet_files
from jobs.delta_commit import Change, Positions
from jobs.few import few
from jobs.narrowed import Keys, among_keys
from jobs.tables import Tables
from transforms import kernels, stored
from transforms.stored import StoredFile

FOLDER = "_update"
READY = "ready"
PLACE = T.StructType().add(stored.PLACE, "long")


@dataclass(frozen=True)
class Draft:
    """Tables as they will be, by name; others are as they are."""

    tables: Tables
    changes: dict[str, Change] = field(default_factory=dict)
    _before: dict[str, DataFrame] = field(default_factory=dict)
    _now: dict[str, DataFrame] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows come, in all tables."""
        return sum(file.rows for change in self.changes.values() for file in change.added)

    def before(self, name: str) -> DataFrame:
        """The rows that the table has."""
        if name not in self._before:
            self._before[name] = self.tables.read(name)
        return self._before[name]

    def read(self, name: str) -> DataFrame:
        """The rows that the table will have."""
        return self._now[name] if name in self._now else self.before(name)

    def replace(self, name: str, keys: Keys | None, rows: Sequence[DataFrame]) -> None:
        """Of the table `name` the rows with one of `keys` will go, and `rows` come."""
        before = self.before(name)
        added = [
            file
            for part in rows
            for file in parquet_files.written(
                kernels.chosen(part, *before.columns), self._place(name)
            )
        ]
        self._draft(name, Change(added, gone(before, keys) if keys else {}))

    def replace_all(self, name: str, rows: DataFrame) -> None:
        """All rows of a small table will go, and `rows` come."""
        before = _files(self.before(name))
        added = parquet_files.written(rows, self._place(name))
        whole = {file.path: np.arange(stored.rows_of(file), dtype=np.uint32) for file in before}
        self._draft(name, Change(added, whole))

    def _draft(self, name: str, change: Change) -> None:
        self.changes[name] = change
        self._now[name] = self._drafted(name, change)

    def _drafted(self, name: str, change: Change) -> DataFrame:
        before = self.before(name)
        added = [StoredFile(str(self._place(name) / file.name)) for file in change.added]
        lasting = [
            file._replace(gone=change.gone.get(file.path, _positions(file)).tobytes())
            for file in _files(before)
        ]
        return parquet_files.read(self.tables.spark, before.schema, [*lasting, *added])

    def _place(self, name: str) -> Path:
        return Path(self.tables.path(name))

    def made(self) -> None:
        """Make all changes, each signed by the stage that made the table."""
        waiting = Path(self.tables.path(FOLDER))
        for name, change in self.changes.items():
            written = self.tables.written(name)
            metadata = self.tables.during(written.commit.stage if written else name).metadata()
            version, text = delta_commit.prepared(self._place(name), change, metadata)
            (waiting / name).mkdir(parents=True)
            (waiting / name / str(version)).write_text(text, encoding="utf-8")
        (waiting / "names").write_text(json.dumps(sorted(self.changes)), encoding="utf-8")
        (waiting / "names").rename(waiting / READY)
        finish(Path(self.tables.warehouse))


def roll_forward(warehouse: Path) -> None:
    """Make the changes that an update had put into words when it was killed."""
    for name, version, text in _waiting(warehouse / FOLDER):
        delta_commit.commit(warehouse / name, version, text)


def _waiting(folder: Path) -> list[tuple[str, int, str]]:
    """Table, version and commit of each change that is ready to be made.

    Whoever takes the folder away has made all of them: what vanishes meanwhile is not missed.
    """
    found: list[tuple[str, int, str]] = []
    with suppress(FileNotFoundError):
        for name in json.loads((folder / READY).read_text(encoding="utf-8")):
            found += [
                (name, int(commit.name), commit.read_text(encoding="utf-8"))
                for commit in (folder / name).iterdir()
            ]
    return found


def finish(warehouse: Path) -> None:
    """Make what a killed update put into words, forget what it did not: with the lock held."""
    roll_forward(warehouse)
    # First of all, so that nobody takes what a kill leaves of the folder for changes to be made.
    (warehouse / FOLDER / READY).unlink(missing_ok=True)
    shutil.rmtree(warehouse / FOLDER, ignore_errors=True)


def gone(rows: DataFrame, keys: Keys) -> dict[str, Positions]:
    """Of each file of a stored frame all of its rows that are gone, now or before."""
    files = _files(rows)
    columns = T.StructType([rows.schema[keys.name], *PLACE])
    placed = kernels.read(rows.sparkSession, columns, files)
    places = few(kernels.chosen(among_keys(placed, keys), stored.PLACE))[stored.PLACE]
    found = places.sort().to_numpy()
    at = (found & (1 << stored.FILE_SHIFT) - 1).astype(np.uint32)
    bounds = np.searchsorted(found, np.arange(len(files) + 1) << stored.FILE_SHIFT)
    return {
        file.path: np.sort(np.append(_positions(file), at[start:end]))
        for file, (start, end) in zip(files, pairwise(bounds), strict=True)
        if start < end
    }


def _files(rows: DataFrame) -> Sequence[StoredFile]:
    files = stored.files_of(rows)
    assert files is not None
    return files


def _positions(file: StoredFile) -> Positions:
    return np.frombuffer(file.gone, np.uint32)
