"""Frames whose rows lie in Parquet files, which kernels read by themselves.

Java would decode every text, copy it into a row, and out of that into a batch: that was half of
what its threads did, and most of what it compiled code for.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

# As encoded in the file, all columns: a task decodes several times as much if it wants them all.
BYTES_OF_A_TASK = 64 * 2**20
# What a kernel does once a batch (tables of letters, distinct texts) is dear for few rows.
ROWS_OF_A_BATCH = 50_000
# Where rows lie side by side, at the edges of its span a task reads some that are not its own.
MOST_READ = 2.0
# What is said of a file whose rows cannot be read, before its name.
BROKEN = "cannot be decoded:"
# The number of a row in its file, from 1 on: told of files that have no such column.
POSITION = "_row_number"
LEAST, MOST = -(1 << 63), (1 << 63) - 1


class Group(NamedTuple):
    """A row group of a file by its position; its size in bytes, all columns, as encoded."""

    file: str
    at: int
    rows: int
    size: int


class Span(NamedTuple):
    """The rows whose whole number in the column `key` is neither below `low` nor above `high`."""

    key: str
    low: int
    high: int

    def meets(self, low: int, high: int) -> bool:
        return low <= self.high and self.low <= high

    def of(self, rows: pa.Table) -> pa.Table:
        key = rows[self.key]
        return rows.filter(pc.and_(pc.greater_equal(key, self.low), pc.less_equal(key, self.high)))


class Beside(NamedTuple):
    """A span, and the row groups of each of several tables that hold its rows."""

    span: Span
    sides: list[list[Group]]


_STORED: WeakKeyDictionary[DataFrame, Sequence[str]] = WeakKeyDictionary()


def known(frame: DataFrame, files: Sequence[str]) -> DataFrame:
    """The same frame, of which kernels know that all of its rows are in these files."""
    _STORED[frame] = files
    return frame


def files_of(frame: DataFrame) -> Sequence[str] | None:
    """Where the rows of a stored frame are; None of any other."""
    return _STORED.get(frame)


def united(one: DataFrame, other: DataFrame) -> DataFrame:
    """The rows of both, stored where both are."""
    both, files = one.unionByName(other), (files_of(one), files_of(other))
    return both if None in files else known(both, [name for of in files for name in of or ()])


def groups(files: Sequence[str]) -> list[Group]:
    """All row groups of these files, in order."""
    return [group for file in files for group in _groups_of(file)]


def side_by_side(tables: Sequence[Sequence[str]], key: str, segments: int) -> list[Beside] | None:
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


def _with_bounds(files: Sequence[str], key: str) -> Iterator[tuple[Group, int, int]]:
    """Row groups with the least and the largest `key` of theirs: anything where it is not told."""
    for file in files:
        told = _footer(file)
        column = told.schema.names.index(key)
        for group in _groups_of(file):
            of = told.row_group(group.at).column(column).statistics
            is_told = of is not None and of.has_min_max
            yield group, of.min if is_told else LEAST, of.max if is_told else MOST


def _groups_of(file: str) -> Iterator[Group]:
    told = _footer(file)
    for at in range(told.num_row_groups):
        group = told.row_group(at)
        yield Group(file, at, group.num_rows, group.total_byte_size)


@lru_cache(maxsize=10_000)
def _footer(file: str) -> pq.FileMetaData:
    """Each kernel upon a frame asks again; no file is ever written a second time."""
    return pq.read_metadata(file)


def shared(found: Sequence[Group], cores: int) -> list[list[Group]]:
    """The groups by task: neighbours together, about equally much each, and work for every core."""
    size = sum(group.size for group in found)
    rounds = -(-size // (BYTES_OF_A_TASK * cores))
    wanted = min(max(rounds, 1) * cores, len(found))
    tasks: list[list[Group]] = [[] for _ in range(wanted)]
    before = 0
    for group in found:
        middle = before + group.size // 2
        tasks[min(middle * wanted // max(size, 1), wanted - 1)].append(group)
        before += group.size
    return [task for task in tasks if task]


def batches(
    found: Sequence[Group], schema: T.StructType, within: Span | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of these groups, as Spark would hand them to a kernel; those of a span alone."""
    wanted = to_arrow_schema(schema, timezone="UTC")
    for group in found:
        rows = _rows(group, wanted.names)
        own = within.of(rows) if within else rows
        plain = own.select(wanted.names).cast(wanted)
        yield from plain.to_batches(max_chunksize=ROWS_OF_A_BATCH)


def _rows(group: Group, names: Sequence[str]) -> pa.Table:
    try:
        # Times in nanoseconds are how Spark writes them.
        with pq.ParquetFile(group.file, coerce_int96_timestamp_unit="us") as file:
            rows = file.read_row_group(group.at, columns=names, use_threads=False)
            if POSITION not in names or POSITION in file.schema_arrow.names:
                return rows
            sizes = (file.metadata.row_group(at).num_rows for at in range(group.at))
            first = sum(sizes) + 1
    except (OSError, pa.ArrowInvalid) as error:
        raise OSError(f"{BROKEN} {group.file}") from error
    return rows.append_column(POSITION, pa.array(np.arange(first, first + group.rows)))
