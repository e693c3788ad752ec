"""How a broken promise is counted, whatever stage makes it."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def violations(invariant: str, rows: DataFrame, broken: Column) -> DataFrame:
    """(`invariant`, `violations`): how many of `rows` break it; no row when none does."""
    named = rows.where(broken).select(F.lit(invariant).alias("invariant"))
    return named.groupBy("invariant").agg(F.count("*").alias("violations"))
