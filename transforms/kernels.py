"""Row logic as vectorised kernels: Arrow batches in, polars between, Arrow batches out.

The JVM compiles the generated code of wide string logic for longer than that code then runs; a
kernel was compiled once, with its library. Spark keeps what moves rows: joins, shuffles, sums.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from gc import collect, freeze
from weakref import WeakKeyDictionary

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from transforms import stored

Kernel = Callable[[pl.DataFrame], pl.DataFrame]
Batches = Iterator[pa.RecordBatch]
OverBatches = Callable[[Batches], Batches]
ROWS_OF_A_BATCH = 20_000  # Java holds a batch as one piece

# Of which frame, and how, the batches of a kernel's frame are made.
_MADE: WeakKeyDictionary[DataFrame, tuple[DataFrame, OverBatches]] = WeakKeyDictionary()


def applied(frame: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, as `kernel` makes them of each batch of `frame`."""
    wanted = to_arrow_schema(schema, timezone="UTC")

    def over(batches: Batches) -> Batches:
        for batch in batches:
            yield from _made(kernel, pa.Table.from_batches([batch]), wanted)

    return over_batches(frame, over, schema)


def applied_to_tasks(frame: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The same of all rows of a task at once, which must fit into its memory."""
    wanted = to_arrow_schema(schema, timezone="UTC")

    def over(batches: Batches) -> Batches:
        if rows := list(batches):
            yield from _made(kernel, pa.Table.from_batches(rows), wanted)

    return over_batches(frame, over, schema)


def chosen(frame: DataFrame, *names: str) -> DataFrame:
    """Some columns of `frame`, for a kernel: of a stored frame it reads no others, and of another
    kernel's it is handed no others.
    """
    narrow = frame.select(*names)
    if (files := stored.files_of(frame)) is not None:
        return stored.known(narrow, files)
    if frame in _MADE:
        source, before = _MADE[frame]
        _MADE[narrow] = source, partial(_narrowed, before, names)
    return narrow


def over_batches(frame: DataFrame, over: OverBatches, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, as `over` makes them of the batches of each task.

    What follows a kernel runs in its process: its batches do not go by Java in between.
    """
    source, before = _MADE.get(frame) or _source(frame)

    def through(batches: Batches) -> Batches:
        _settled()
        return over(before(batches))

    made = source.mapInArrow(through, schema)
    _MADE[made] = source, through
    return made


@cache
def _settled() -> None:
    """Spark looks for garbage after every task: it need not look at the libraries each time."""
    collect()
    freeze()


def _source(frame: DataFrame) -> tuple[DataFrame, OverBatches]:
    """The frame and its batches; a stored one as its tasks' numbers and what is in their files."""
    files = stored.files_of(frame)
    if files is None:
        return frame, iter
    spark, schema = frame.sparkSession, frame.schema
    tasks = stored.shared(stored.groups(files), spark.sparkContext.defaultParallelism)

    def read(numbers: Batches) -> Batches:
        for batch in numbers:
            for at in batch.column(0).to_pylist():
                yield from stored.batches(tasks[at], schema)

    return spark.range(len(tasks), numPartitions=max(len(tasks), 1)), read


def _narrowed(before: OverBatches, names: Sequence[str], batches: Batches) -> Batches:
    return (batch.select(names) for batch in before(batches))


def _made(kernel: Kernel, rows: pa.Table, wanted: pa.Schema) -> Batches:
    made = kernel(pl.DataFrame(rows)).select(wanted.names)
    plain = made.to_arrow(compat_level=pl.CompatLevel.oldest())
    yield from plain.cast(wanted).to_batches(max_chunksize=ROWS_OF_A_BATCH)
