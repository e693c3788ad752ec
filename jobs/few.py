"""Few rows, on the driver: a Spark job for them lasts longer than what is made of them."""

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from transforms import stored


def few(frame: DataFrame) -> pl.DataFrame:
    """All rows of `frame`, which are few: a stored one is read from its files."""
    files = stored.files_of(frame)
    if files is None:
        return pl.DataFrame(frame.toArrow())
    rows = stored.batches(stored.groups(files), frame.schema)
    columns = to_arrow_schema(frame.schema, timezone="UTC")
    return pl.DataFrame(pa.Table.from_batches(rows, schema=columns))
