"""Few rows, on the driver: a Spark job for them lasts longer than what is made of them."""

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from transforms import here, kernels, stored


def few(frame: DataFrame) -> pl.DataFrame:
    """All rows of `frame`, which are few: a stored one is read from its files, and what is made of
    few bytes is made here.
    """
    rows, files = kernels.tasks_here(frame), stored.files_of(frame)
    if rows is None and files is None:
        return pl.DataFrame(frame.toArrow())
    batches = here.done(rows) if rows else stored.batches(stored.groups(files or ()), frame.schema)
    columns = to_arrow_schema(frame.schema, timezone="UTC")
    return pl.DataFrame(pa.Table.from_batches(batches, schema=columns))
