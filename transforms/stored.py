"""Frames whose rows lie in Parquet files, which kernels read by themselves.

Java would decode every text, copy it into a row, and out of that into a batch: that was half of
what its threads did, and most of what it compiled code for.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from pyspark.sql import DataFrame

from transforms.deferred import deferred

# As encoded in the file, all columns: a task decodes several times as much if it wants them all.
BYTES_OF_A_TASK = 64 * 2**20
# Where rows lie side by side, at the edges of its span a task reads some that are not its own.
MOST_READ = 2.0
# Told of files that have no such columns: the number of a row in its file, from 1 on; and as one
# number the file's among those of its table and the row's in its file, both from 0 on.
POSITION, PLACE = "_row_number", "_place"
ROW = "_row"  # the same from 0 on, while files are read
FILES_OF_A_CORE = 4  # tasks, where whole files are looked through for some rows
FILE_SHIFT = 32  # bits of a place that are the row's
LEAST, MOST = -(1 << 63), (1 << 63) - 1


class StoredFile(NamedTuple):
    """A Parquet file, and which of its rows are gone: sorted 32-bit positions, from 0 on.

    A file that was `given` is somebody else's, who may write it again one day.
    """

    path: str
    gone: bytes = b""
    given: bool = False


class Group(NamedTuple):
    """A row group of a file by its position; its size in bytes, all columns, as encoded.

    Of its rows some are gone: sorted 32-bit positions in the group. `rows` are the others. `number`
    is that of the file among those of its table, `first` the position in it of the group's first.
    """

    file: str
    at: int
    rows: int
    size: int
    gone: bytes = b""
    number: int = 0
    first: int = 0


class Span(NamedTuple):
    """The rows whose whole number in the column `key` is neither below `low` nor above `high`."""

    key: str
    low: int
    high: int

    def meets(self, low: int, high: int) -> bool:
        return low <= self.high and self.low <= high

    def holds(self) -> pl.Expr:
        return pl.col(self.key).is_between(self.low, self.high)


class Beside(NamedTuple):
    """A span, and the row groups of each of several tables that hold its rows."""

    span: Span
    sides: list[list[Group]]


_STORED: WeakKeyDictionary[DataFrame, Sequence[StoredFile]] = WeakKeyDictionary()


def known(frame: DataFrame, files: Sequence[StoredFile]) -> DataFrame:
    """`frame` itself, remembered as stored: kernels read its rows from these files."""
    _STORED[frame] = files
    return frame


def files_of(frame: DataFrame) -> Sequence[StoredFile] | None:
    """Where the rows of a stored frame are; None of any other."""
    return _STORED.get(frame)


def united(one: DataFrame, other: DataFrame) -> DataFrame:
    """The rows of both, stored where both are."""
    both = deferred(one.sparkSession, one.schema, lambda: one.unionByName(other))
    files = files_of(one), files_of(other)
    return both if None in files else known(both, [name for of in files for name in of or ()])


def groups(files: Sequence[StoredFile]) -> list[Group]:
    """All row groups of these files, in order."""
    return [group for at, file in enumerate(files) for group in _groups_of(file, at)]


def rows_of(file: StoredFile) -> int:
    """The rows that stand in the file, those that are gone among them."""
    return int(footer(file.path).num_rows)


def side_by_side(
    tables: Sequence[Sequence[StoredFile]], key: str, segments: int
) -> list[Beside] | None:
    """Of every segment the row groups that hold its rows, by what their files say of `key`.

    None where tasks would read too much that is not theirs: somewhere the rows lie in no order.
    """
    known = [list(_with_bounds(files, key)) for files in tables]
    width = (1 << 64) // segments
    spans = [Span(key, low, low + width - 1) for low in range(LEAST, MOST, width)]
    tasks = [
        Beside(span, [[group for group, *of in side if span.meets(*of)] for side in known])
        for span in spans
    ]
    read = sum(group.size for task in tasks for side in task.sides for group in side)
    if read > MOST_READ * sum(group.size for side in known for group, *_ in side):
        return None
    return [task for task in tasks if any(task.sides)]


def _with_bounds(files: Sequence[StoredFile], key: str) -> Iterator[tuple[Group, int, int]]:
    """Row groups with the least and the largest `key` of theirs: anything where it is not told."""
    for file in files:
        told = footer(file.path)
        column = told.schema.names.index(key)
        for group in _groups_of(file):
            of = told.row_group(group.at).column(column).statistics
            is_told = of is not None and of.has_min_max
            yield group, of.min if is_told else LEAST, of.max if is_told else MOST


def _groups_of(file: StoredFile, number: int = 0) -> Iterator[Group]:
    told, gone = footer(file.path), np.frombuffer(file.gone, np.uint32)
    first = 0
    for at in range(told.num_row_groups):
        group = told.row_group(at)
        low, high = np.searchsorted(gone, [first, first + group.num_rows])
        inside = gone[low:high] - np.uint32(first)
        rows = group.num_rows - len(inside)
        yield Group(file.path, at, rows, group.total_byte_size, inside.tobytes(), number, first)
        first += group.num_rows


@lru_cache(maxsize=10_000)
def footer(file: str) -> pq.FileMetaData:
    """What a file says of its rows. Each kernel upon a frame asks again; no file is ever written
    a second time.
    """
    return pq.read_metadata(file)


def some(
    files: Sequence[StoredFile], at: Sequence[int], names: Sequence[str], of: pl.Expr
) -> pl.DataFrame:
    """The rows that `of` holds for, of those files that are told by their number.

    What it asks for is read first: of other columns hardly more than these rows are decoded.
    """
    first = np.cumsum([0, *(rows_of(files[number]) for number in at)])
    gone = [np.frombuffer(files[n].gone, np.uint32) + f for n, f in zip(at, first, strict=False)]
    paths = [files[number].path for number in at]
    there = pl.scan_parquet(paths, row_index_name=ROW, glob=False)
    if any(map(len, gone)):
        of &= ~pl.col(ROW).is_in(pl.Series(np.concatenate(gone)).implode())
    asked = there.filter(of).select(ROW, *(name for name in names if name != PLACE))
    (rows,) = pl.collect_all([asked])
    row = rows[ROW].to_numpy()
    file = np.searchsorted(first, row, side="right") - 1
    place = (np.array(at, np.int64)[file] << FILE_SHIFT) + row - first[file]
    return rows.with_columns(pl.Series(PLACE, place)).select(names)


def files_shared(files: Sequence[StoredFile], cores: int) -> list[list[int]]:
    """The numbers of the files by task: neighbours together, about equally many rows each."""
    groups = [Group(file.path, at, rows_of(file), rows_of(file)) for at, file in enumerate(files)]
    wanted = min(FILES_OF_A_CORE * cores, len(files))
    return [[group.at for group in task] for task in _by_size(groups, wanted)]


def shared(found: Sequence[Group], cores: int) -> list[list[Group]]:
    """The groups by task: neighbours together, about equally much each, and work for every core."""
    size = sum(group.size for group in found)
    rounds = -(-size // (BYTES_OF_A_TASK * cores))
    return _by_size(found, min(max(rounds, 1) * cores, len(found)))


def _by_size(found: Sequence[Group], wanted: int) -> list[list[Group]]:
    tasks: list[list[Group]] = [[] for _ in range(wanted)]
    size, before = sum(group.size for group in found), 0
    for group in found:
        middle = before + group.size // 2
        tasks[min(middle * wanted // max(size, 1), wanted - 1)].append(group)
        before += group.size
    return [task for task in tasks if task]
