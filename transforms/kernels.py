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


def applied(frame: DataFrame, kernel: Kernel, schema: T.StructType) -> DataFrame:
    """The columns of `schema`, as `kernel` makes them of each batch of `frame`."""
    wanted = to_arrow_schema(schema)

    def over(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = kernel(pl.DataFrame(pa.Table.from_batches([batch]))).select(wanted.names)
            plain = made.to_arrow(compat_level=pl.CompatLevel.oldest())
            yield from plain.cast(wanted).to_batches()

    return frame.mapInArrow(over, schema)
