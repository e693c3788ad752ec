import polars as pl
import pytest
from pyspark.errors import PythonException
from pyspark.sql import types as T

from transforms.kernels import (
    applied,
    applied_to_groups,
    applied_to_shared_groups,
    applied_to_tasks,
)
from transforms.schemas import table

LATEST = table("key", key=T.StringType(), day=T.IntegerType())
COUNTED = table("key", key=T.StringType())
TAGGED = table("key", key=T.StringType(), days=T.ArrayType(T.DateType()))


def test_a_kernel_gives_the_columns_of_the_schema(spark):
    def tagged(batch):
        days = pl.concat_list(pl.col("day").cast(pl.Date)).list.drop_nulls()
        return batch.select("day", days.alias("days"), key=pl.col("key").str.to_uppercase())

    rows = spark.createDataFrame([("a", 0), ("b", None)], "key string, day int")
    found = applied(rows, tagged, TAGGED)

    assert [field.dataType for field in found.schema] == [field.dataType for field in TAGGED]
    assert sorted((row.key, [str(day) for day in row.days]) for row in found.collect()) == [
        ("A", ["1970-01-01"]),
        ("B", []),
    ]


def test_a_kernel_of_tasks_sees_all_rows_of_one_at_once(spark):
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "3")
    try:
        rows = spark.range(20).repartition(2, "id").selectExpr("cast(id as string) as key")
        counted = rows.transform(
            applied_to_tasks,
            lambda task: task.select(pl.len().cast(pl.String).alias("key")),
            COUNTED,
        ).collect()
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")

    assert len(counted) == 2
    assert sum(int(row.key) for row in counted) == 20


def test_a_kernel_of_groups_sees_all_rows_of_a_key(spark):
    rows = spark.createDataFrame([("a", 1), ("b", 2), ("a", 3)], "key string, day int")
    found = applied_to_groups(rows, "key", lambda group: group.sort("day").tail(1), LATEST)

    assert sorted(tuple(row) for row in found.collect()) == [("a", 3), ("b", 2)]


def test_a_kernel_of_two_sides_sees_the_keys_that_both_have(spark):
    left = spark.createDataFrame([("a", 1), ("a", 2), ("b", 3)], "key string, day int")
    right = spark.createDataFrame([("a", 10), ("c", 20)], "key string, more int")

    def added(ours, theirs):
        return ours.join(theirs, on="key").with_columns(day=pl.col("day") + pl.col("more"))

    found = applied_to_shared_groups((left, right), "key", added, LATEST)

    assert sorted(tuple(row) for row in found.collect()) == [("a", 11), ("a", 12)]


def test_a_key_that_must_be_there_is_not_lost_silently(spark):
    rows = spark.createDataFrame([("a",), (None,)], "key string")

    with pytest.raises(PythonException, match="null"):
        applied(rows, lambda batch: batch.with_columns(days=None), TAGGED).collect()
