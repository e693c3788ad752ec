"""Row logic as vectorised kernels: Arrow batches in, polars between, Arrow batches out.

The JVM compiles the generated code of wide string logic for longer than that code then runs; a
kernel was compiled once, with its library. Spark keeps what moves rows: joins, shuffles, sums.
"""

from collections.abc import Callable, Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

Kernel = Callable[[pl.DataFrame], pl.DataFrame]
KernelOfTwo = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]


def applied(frame: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, as `kernel` makes them of each batch of `frame`."""
    wanted = to_arrow_schema(schema)

    def over(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from _made(kernel, pa.Table.from_batches([batch]), wanted)

    return frame.mapInArrow(over, schema)


def applied_to_tasks(frame: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The same of all rows of a task at once, which must fit into its memory."""
    wanted = to_arrow_schema(schema)

    def over(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if rows := list(batches):
            yield from _made(kernel, pa.Table.from_batches(rows), wanted)

    return frame.mapInArrow(over, schema)


def applied_to_groups(
    frame: DataFrame, key: str, kernel: Kernel, schema: T.StructType
) -> DataFrame:
    """The same of all rows that share `key`."""
    wanted = to_arrow_schema(schema)

    def over(group: pa.Table) -> pa.Table:
        return pa.Table.from_batches(_made(kernel, group, wanted), wanted)

    return frame.groupBy(key).applyInArrow(over, schema)


def applied_to_shared_groups(
    sides: tuple[DataFrame, DataFrame], key: str, kernel: KernelOfTwo, schema: T.StructType
) -> DataFrame:
    """The same of all rows of both sides that share `key`; those of one alone give nothing."""
    wanted = to_arrow_schema(schema)

    def over(ours: pa.Table, theirs: pa.Table) -> pa.Table:
        if not ours.num_rows or not theirs.num_rows:
            return wanted.empty_table()
        others = pl.DataFrame(theirs)
        made = _made(lambda rows: kernel(rows, others), ours, wanted)
        return pa.Table.from_batches(made, wanted)

    left, right = (side.groupBy(key) for side in sides)
    return left.cogroup(right).applyInArrow(over, schema)


def _made(kernel: Kernel, rows: pa.Table, wanted: pa.Schema) -> Iterator[pa.RecordBatch]:
    made = kernel(pl.DataFrame(rows)).select(wanted.names)
    plain = made.to_arrow(compat_level=pl.CompatLevel.oldest())
    yield from plain.cast(wanted).to_batches()
