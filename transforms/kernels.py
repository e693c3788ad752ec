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
ROWS_OF_A_BATCH = 20_000  # Java holds a batch as one piece


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


def _made(kernel: Kernel, rows: pa.Table, wanted: pa.Schema) -> Iterator[pa.RecordBatch]:
    made = kernel(pl.DataFrame(rows)).select(wanted.names)
    plain = made.to_arrow(compat_level=pl.CompatLevel.oldest())
    yield from plain.cast(wanted).to_batches(max_chunksize=ROWS_OF_A_BATCH)
