"""Rows of any table from the few values that matter; the other required ones are filled in."""

from datetime import datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

FILLERS: dict[type[T.DataType], Any] = {
    T.StringType: "?",
    T.LongType: 0,
    T.IntegerType: 0,
    T.DoubleType: 0.0,
    T.BooleanType: False,
    T.ArrayType: [],
    T.TimestampType: datetime(2022, 5, 4),
}


def fake_rows(spark: SparkSession, schema: T.StructType, rows: list[dict[str, Any]]) -> DataFrame:
    """A frame with exactly the columns of `schema`; a column no row names is null or filler."""
    unknown = {key for row in rows for key in row} - set(schema.names)
    assert not unknown, f"no such column: {sorted(unknown)}"
    values = [tuple(row.get(f.name, _filler(f)) for f in schema.fields) for row in rows]
    return spark.createDataFrame(values, schema)


def _filler(field: T.StructField) -> Any:
    return None if field.nullable else FILLERS[type(field.dataType)]
