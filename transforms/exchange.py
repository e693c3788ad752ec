"""Rows of several kinds brought together by a key: a join of which Spark sees only packed cells.

Whoever sends rows packs them by segment of their key's hash; all cells of a segment come to one
task, whose kernel takes each kind out of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from transforms import aside, here
from transforms.deferred import deferred
from transforms.hashing import Hashes, hashed
from transforms.here import Batches, Tasks
from transforms.kernels import (
    Kernel,
    KernelOfFrames,
    applied,
    applied_to_tasks,
    chosen,
    in_batches,
    over_batches,
    side_by_side,
    tasks_here,
    united,
)
from transforms.packing import CELLS, split, unpacked
from transforms.several import KernelOfSeveral, Several
from transforms.waiting import cores

# A segment's rows are in memory together: some hundred bytes each, and what is made of them.
ROWS_OF_A_SEGMENT = 1_000_000

KernelOfTwo = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
KernelOfSides = Callable[..., Mapping[str, pl.DataFrame]]
_SIDES = ("left", "right")


class Kind(NamedTuple):
    """Rows of one kind on their way: their columns, and the key of those that must meet.

    Where the key is null they go wherever `otherwise` says, so that no task gets all of them. A key
    that is a whole number is a hash already, and is taken as it is.
    """

    name: str
    columns: pl.Schema
    key: str
    otherwise: str = ""

    @classmethod
    def of_table(cls, name: str, schema: T.StructType, key: str, few: Sequence[str] = ()) -> "Kind":
        """Rows with the columns of a table; of the texts that are `few` each goes but once."""
        fields = to_arrow_schema(schema, timezone="UTC")
        columns = pl.DataFrame(fields.empty_table()).schema
        return cls(name, pl.Schema({**columns, **dict.fromkeys(few, pl.Categorical())}), key)

    def sent(self, rows: pl.DataFrame, segments: int) -> pl.DataFrame:
        """The rows in cells, one a segment at most."""
        made = self.of(rows)
        return split(made, self.hashes(made), segments, self.name)

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The columns of this kind."""
        return rows.select(*self.columns).cast(self.columns)

    def hashes(self, rows: pl.DataFrame) -> Hashes:
        """What decides in which segment each row is."""
        if self.columns[self.key] in (pl.Int64, pl.UInt64):  # hashes already
            return rows[self.key].to_numpy().view(np.uint64)
        text = pl.col(self.otherwise or self.key).cast(pl.String)
        return hashed(rows.select(pl.coalesce(self.key, text)).to_series())

    def arrived(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The rows of this kind in `cells`, in no order; its columns even when there are none."""
        own = cells.filter(pl.col("kind") == self.name)
        return pl.DataFrame(schema=self.columns) if own.is_empty() else unpacked(own)


class Rows(NamedTuple):
    """What of a frame is to meet others: its columns, and what is made of them before."""

    frame: DataFrame
    kind: Kind
    columns: Sequence[str] = ()  # where they are not the kind's own
    made: Kernel = lambda rows: rows

    def chosen(self) -> DataFrame:
        return chosen(self.frame, *(self.columns or self.kind.columns))

    def cells(self, segments: int) -> DataFrame:
        """The rows of the frame in cells."""
        kind, made = self.kind, self.made

        def kernel(task: pl.DataFrame) -> pl.DataFrame:
            return kind.sent(made(task), segments)

        return applied_to_tasks(self.chosen(), kernel, CELLS)


def segments_for(rows: int, least: int) -> int:
    """A power of two of segments, enough for so many rows and for `least` tasks at once."""
    return 1 << max(rows // ROWS_OF_A_SEGMENT, least - 1).bit_length()


def sent(rows: DataFrame, kind: Kind, segments: int) -> DataFrame:
    """Rows in cells."""
    return Rows(rows, kind).cells(segments)


def lying(rows: DataFrame, schema: T.StructType, key: str, segments: int) -> DataFrame:
    """Rows with the columns of `schema`, so that they lie by segment of `key` once written."""
    kind = Kind.of_table("", schema, key)
    return applied_to_segments(sent(rows, kind, segments), segments, kind.arrived, schema)


def met(
    sides: Sequence[Rows], segments: int, kernel: KernelOfFrames, schema: T.StructType
) -> DataFrame:
    """The columns of `schema`, as `kernel` makes them of each side's rows of a segment.

    The sides' keys are whole numbers of one name. Rows that lie by segment on disk already, as
    tables made of segments do, are read side by side; only others are moved.
    """
    kinds, made = [side.kind for side in sides], [side.made for side in sides]

    def of_lying(*frames: pl.DataFrame) -> pl.DataFrame:
        told = zip(kinds, made, frames, strict=True)
        return kernel(*(kind.of(of(rows)) for kind, of, rows in told))

    def of_moved(cells: pl.DataFrame) -> pl.DataFrame:
        return kernel(*(kind.arrived(cells) for kind in kinds))

    frames = [side.chosen() for side in sides]
    lying = side_by_side(frames, kinds[0].key, segments, of_lying, schema)
    if lying is not None:
        return lying
    moved = together(*(side.cells(segments) for side in sides))
    return applied_to_segments(moved, segments, of_moved, schema)


def brought_together(cells: DataFrame, segments: int, kernel: Kernel) -> DataFrame:
    """What `kernel` makes of all cells of a segment, in cells again."""
    return applied_to_segments(cells, segments, kernel, CELLS)


def applied_to_segments(
    cells: DataFrame, segments: int, kernel: Kernel, schema: T.StructType
) -> DataFrame:
    """The columns of `schema`, as `kernel` makes them of all cells of a segment."""
    return applied_to_tasks(gathered(cells, segments), kernel, schema)


def applied_to_each(cells: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, made of one cell after the other: a task holds the rows of one."""
    wanted = to_arrow_schema(schema, timezone="UTC")

    def over(batches: Batches) -> Batches:
        for batch in batches:
            for cell in pl.DataFrame(batch).iter_slices(1):
                yield from in_batches(kernel(unpacked(cell)), wanted)

    return over_batches(cells, over, schema)


def gathered(cells: DataFrame, segments: int) -> DataFrame:
    """All cells of a segment in one task."""
    tasks = tasks_here(cells)
    if tasks is None:
        return aside.moved(cells, segments, "segment")
    moved = deferred(
        cells.sparkSession,
        cells.schema,
        lambda: cells.repartitionById(segments, F.col("segment")),
    )
    return here.known(moved, partial(_by_segment, tasks, cores(cells.sparkSession)))


def _by_segment(tasks: Tasks, at_once: int) -> Iterator[Batches]:
    fields = to_arrow_schema(CELLS, timezone="UTC")
    rows = here.frame_of(here.done(tasks, at_once), fields)
    return (in_batches(of_one, fields) for of_one in rows.partition_by("segment"))


def together(*cells: DataFrame) -> DataFrame:
    """The cells of all frames, on their way to where they are `gathered`."""
    is_here = all(tasks_here(frame) for frame in cells)
    return united(*cells) if is_here else aside.together(cells)


def several_of_segments(
    cells: DataFrame, segments: int, kernel: KernelOfSeveral, schemas: Mapping[str, T.StructType]
) -> Several:
    """Rows of several tables, as `kernel` makes them of all cells of a segment."""
    return Several(gathered(cells, segments), kernel, schemas)


def applied_to_both(
    sides: tuple[DataFrame, DataFrame], segments: int, kernel: KernelOfTwo, schema: T.StructType
) -> DataFrame:
    """The columns of `schema`, made of both sides' cells of a segment, which both must have."""

    def of_both(cells: pl.DataFrame) -> pl.DataFrame:
        left, right = (cells.filter(pl.col("kind") == side) for side in _SIDES)
        if left.is_empty() or right.is_empty():
            return pl.DataFrame(schema=dict.fromkeys(schema.names, pl.Null))
        return kernel(left, right)

    told = (
        applied(cells, partial(_of_side, side), CELLS)
        for cells, side in zip(sides, _SIDES, strict=True)
    )
    return applied_to_segments(together(*told), segments, of_both, schema)


def _of_side(side: str, cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(kind=pl.lit(side))


def still(cells: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Cells of this kind, which go on as they came."""
    return cells.filter(pl.col("kind") == kind.name)
