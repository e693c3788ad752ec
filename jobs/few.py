"""Few rows, on the driver: a Spark job for them lasts longer than what is made of them."""

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from transforms import here, kernels, reading, stored
from transforms.waiting import cores


def few(frame: DataFrame) -> pl.DataFrame:
    """All rows of `frame`, which are few: a stored one is read from its files, and what is made of
    few bytes is made here.
    """
    rows, files = kernels.tasks_here(frame), stored.files_of(frame)
    if rows is None and files is None:
        return pl.DataFrame(frame.toArrow())
    columns = to_arrow_schema(frame.schema, timezone="UTC")
    if rows is None:
        return here.frame_of(reading.batches(stored.groups(files or ()), frame.schema), columns)
    return here.frame_of(here.done(rows, cores(frame.sparkSession)), columns)
