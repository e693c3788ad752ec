"""Row logic as vectorised kernels: Arrow batches in, polars between, Arrow batches out.

The JVM compiles the generated code of wide string logic for longer than that code then runs; a
kernel was compiled once, with its library. Spark keeps what moves rows: joins, shuffles, sums.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from itertools import chain
from typing import NamedTuple
from weakref import WeakKeyDictionary

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from transforms import here, reading, stored
from transforms.deferred import deferred
from transforms.garbage import settled
from transforms.here import Batches, Tasks
from transforms.stored import StoredFile
from transforms.waiting import cores

Kernel = Callable[[pl.DataFrame], pl.DataFrame]
KernelOfFrames = Callable[..., pl.DataFrame]
OverBatches = Callable[[Batches], Batches]
LOOKED_THROUGH = 20  # times as many bytes as one reads are looked through for some rows
NOT_HERE = 1 << 62  # bytes
BYTES_OF_ONE = 8 * 2**20  # of less, what a kernel does once a task is more than a second core does
_ID = T.StructType([T.StructField("id", T.LongType(), nullable=False)])


class Made(NamedTuple):
    """Of which frame, and how, the batches of a kernel's frame are made."""

    source: DataFrame
    over: OverBatches


_MADE: WeakKeyDictionary[DataFrame, Made] = WeakKeyDictionary()


def applied(frame: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, as `kernel` makes them of each batch of `frame`."""
    wanted = to_arrow_schema(schema, timezone="UTC")

    def over(batches: Batches) -> Batches:
        for batch in batches:
            yield from _made(kernel, pa.Table.from_batches([batch]), wanted)

    return over_batches(frame, over, schema)


def applied_to_tasks(frame: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, made of all rows of a task at once: its memory must hold them."""
    wanted = to_arrow_schema(schema, timezone="UTC")

    def over(batches: Batches) -> Batches:
        if rows := list(batches):
            yield from _made(kernel, pa.Table.from_batches(rows), wanted)

    return over_batches(frame, over, schema)


def chosen(frame: DataFrame, *names: str) -> DataFrame:
    """Some columns of `frame`, for a kernel: of a stored frame it reads no others, and of another
    kernel's it is handed no others.
    """
    columns = T.StructType([frame.schema[name] for name in names])
    narrow = deferred(frame.sparkSession, columns, lambda: frame.select(*names))
    if (files := stored.files_of(frame)) is not None:
        stored.known(narrow, files)
    elif frame in _MADE:
        source, before = _MADE[frame]
        _MADE[narrow] = Made(source, partial(_narrowed, before, names))
    return narrow


def over_batches(frame: DataFrame, over: OverBatches, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, as `over` makes them of the batches of each task.

    What follows a kernel runs in its process: its batches do not go by Java in between.
    """
    source, before = _MADE.get(frame) or Made(frame, iter)

    def through(batches: Batches) -> Batches:
        return over(before(batches))

    spark, files = source.sparkSession, stored.files_of(source)

    def plan() -> DataFrame:
        if files is None:
            return _mapped(source, through, schema)
        return _read_by_task(spark, source.schema, files, through, schema)

    made = deferred(spark, schema, plan)
    _MADE[made] = Made(source, through)
    return made


def united(*frames: DataFrame) -> DataFrame:
    """The rows of all frames, which have the same columns."""
    first = frames[0]
    both = deferred(first.sparkSession, first.schema, lambda: reduce(DataFrame.unionByName, frames))
    tasks = [of for frame in frames if (of := tasks_here(frame))]
    if len(tasks) < len(frames):
        return both
    return here.known(both, lambda: chain.from_iterable(of() for of in tasks))


def tasks_here(frame: DataFrame) -> Tasks | None:
    """How the batches of a frame are made on the driver; None where that is Spark's work."""
    if frame in _MADE:
        source, over = _MADE[frame]
        before = tasks_here(source)
        return None if before is None else lambda: map(over, before())
    files = stored.files_of(frame)
    if files is None:
        return here.tasks_of(frame)
    found, columns, spark = stored.groups(files), frame.schema, frame.sparkSession
    size = sum(group.size for group in found)
    if not here.is_few(spark, size):
        return None
    tasks = stored.shared(found, cores(spark)) if size > BYTES_OF_ONE else [found]
    return lambda: (reading.batches(task, columns) for task in tasks)


def side_by_side(
    frames: Sequence[DataFrame],
    key: str,
    segments: int,
    kernel: KernelOfFrames,
    schema: T.StructType,
) -> DataFrame | None:
    """The columns of `schema`, as `kernel` makes them of all frames' rows of a segment of `key`.

    None where their rows do not lie so on disk, or not as rows with a `key` yet.
    """
    made = [_MADE.get(frame) or Made(frame, iter) for frame in frames]
    found = (stored.files_of(source) for source, _ in made if key in source.columns)
    files = [of for of in found if of is not None]
    tasks = stored.side_by_side(files, key, segments) if len(files) == len(made) else None
    if tasks is None:
        return None
    columns = [to_arrow_schema(frame.schema, timezone="UTC") for frame in frames]
    sides = [(source.schema, over) for source, over in made]
    wanted = to_arrow_schema(schema, timezone="UTC")

    def rows(task: stored.Beside) -> Iterator[pl.DataFrame]:
        for fields, (read, over), groups in zip(columns, sides, task.sides, strict=True):
            batches = over(reading.batches(groups, read, task.span))
            yield here.frame_of(batches, fields)

    def met(at: int) -> Batches:
        return in_batches(kernel(*rows(tasks[at])), wanted)

    size = sum(group.size for task in tasks for side in task.sides for group in side)
    numbers = _numbers(frames[0].sparkSession, len(tasks), size)
    return over_batches(numbers, _each(met), schema)


def read(spark: SparkSession, schema: T.StructType, files: Sequence[StoredFile]) -> DataFrame:
    """The rows of files of which some are gone; Java would not know which."""
    rows = deferred(spark, schema, lambda: _read_by_task(spark, schema, files, iter, schema))
    return stored.known(rows, files)


def some(rows: DataFrame, files: Sequence[StoredFile], of: Callable[[], pl.Expr]) -> DataFrame:
    """Those of a stored frame's rows for which `of` holds; it is asked in the task."""
    spark, names = rows.sparkSession, rows.columns
    wanted = to_arrow_schema(rows.schema, timezone="UTC")
    # Hardly more is decoded than what the rows are found by.
    size = sum(group.size for group in stored.groups(files)) // LOOKED_THROUGH
    # Each task makes a table of what is asked for: where it is not Spark's, one of all files.
    is_here = here.is_few(spark, size)
    tasks = [list(range(len(files)))] if is_here else stored.files_shared(files, cores(spark))

    def read(at: int) -> Batches:
        return in_batches(stored.some(files, tasks[at], names, of()), wanted)

    return of_tasks(spark, len(tasks), size, read, rows.schema)


def of_tasks(
    spark: SparkSession, tasks: int, size: int, made: Callable[[int], Batches], schema: T.StructType
) -> DataFrame:
    """The columns of `schema`, as `made` makes them of each number; all read `size` bytes."""
    return over_batches(_numbers(spark, tasks, size), _each(made), schema)


def _read_by_task(
    spark: SparkSession,
    columns: T.StructType,
    files: Sequence[StoredFile],
    over: OverBatches,
    schema: T.StructType,
) -> DataFrame:
    """The same of a stored frame: Java only tells each task its number."""
    tasks = stored.shared(stored.groups(files), cores(spark))

    def read(at: int) -> Batches:
        return over(reading.batches(tasks[at], columns))

    return _mapped(_numbers(spark, len(tasks), NOT_HERE), _each(read), schema)


def _numbers(spark: SparkSession, tasks: int, size: int) -> DataFrame:
    """As many tasks, each of which has its number as its only row; they read so many bytes."""
    numbers = deferred(spark, _ID, lambda: spark.range(tasks, numPartitions=max(tasks, 1)))
    return here.known(numbers, partial(_one_by_one, tasks) if here.is_few(spark, size) else None)


def _one_by_one(tasks: int) -> Iterator[Batches]:
    return (iter([pa.RecordBatch.from_pydict({"id": [at]})]) for at in range(tasks))


def _each(read: Callable[[int], Batches]) -> OverBatches:
    def over(numbers: Batches) -> Batches:
        for batch in numbers:
            for at in batch.column(0).to_pylist():
                yield from read(at)

    return over


def _mapped(frame: DataFrame, over: OverBatches, schema: T.StructType) -> DataFrame:
    wanted = to_arrow_schema(schema, timezone="UTC")

    def begun(batches: Batches) -> Batches:
        settled()
        return chain.from_iterable(here.pieces(batch, wanted) for batch in over(batches))

    return frame.mapInArrow(begun, schema)


def _narrowed(before: OverBatches, names: Sequence[str], batches: Batches) -> Batches:
    return (batch.select(names) for batch in before(batches))


def _made(kernel: Kernel, rows: pa.Table, wanted: pa.Schema) -> Batches:
    return in_batches(kernel(pl.DataFrame(rows)), wanted)


def in_batches(made: pl.DataFrame, wanted: pa.Schema) -> Batches:
    """The rows in batches with these columns."""
    plain = made.select(wanted.names).to_arrow(compat_level=pl.CompatLevel.oldest())
    yield from plain.cast(wanted).to_batches(max_chunksize=reading.ROWS_OF_A_BATCH)
