"""How a broken promise is counted, whatever stage makes it."""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def violations(invariant: str, rows: DataFrame, broken: Column) -> DataFrame:
    """(`invariant`, `violations`): how many of `rows` break it; no row when none does."""
    named = rows.where(broken).select(F.lit(invariant).alias("invariant"))
    return named.groupBy("invariant").agg(F.count("*").alias("violations"))


def all_violations(checks: Sequence[DataFrame]) -> DataFrame:
    """The broken promises of all checks in one frame; no row when all hold."""
    return reduce(DataFrame.unionByName, checks)
