import gc

import polars as pl
import pyarrow as pa
import pyspark
import pytest
from pyspark.errors import PythonException
from pyspark.sql import types as T

from transforms import garbage
from transforms.kernels import applied, applied_to_tasks, chosen
from transforms.schemas import table
from transforms.several import Several

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


def test_several_tables_are_made_of_all_rows_of_a_task(spark):
    frame = spark.range(10, numPartitions=1)
    sizes = T.StructType().add("rows", "long")

    def kernel(rows):
        return {"rows": rows, "sizes": pl.DataFrame({"rows": [len(rows)]})}

    apart = Several(frame, kernel, {"rows": frame.schema, "sizes": sizes}).apart()
    parts = (pa.RecordBatch.from_pydict({"id": ids}) for ids in ([1, 2, 3], [4]))
    found = [(name, batch.num_rows, batch[0][0].as_py()) for name, batch in apart(parts)]

    assert found == [("rows", 4, 1), ("sizes", 1, 4)]
    assert not list(apart(iter([])))


def test_kernels_run_by_libraries_that_are_compiled_already(spark):
    (found,) = spark.sparkContext.parallelize([0], 1).map(lambda _: pyspark.__file__).collect()
    assert found == pyspark.__file__


def test_a_key_that_must_be_there_is_not_lost_silently(spark):
    rows = spark.createDataFrame([("a",), (None,)], "key string")

    with pytest.raises(PythonException, match="null"):
        applied(rows, lambda batch: batch.with_columns(days=None), TAGGED).collect()


def test_kernels_in_a_row_run_in_one_process(spark, capsys):
    def longer(batch):
        return batch.with_columns(pl.col("key") + "!")

    rows = spark.createDataFrame([("a",), ("b",)], "key string")
    once = applied(rows, longer, COUNTED)
    twice = applied_to_tasks(once, longer, COUNTED)
    twice.explain()

    assert capsys.readouterr().out.count("MapInArrow") == 1
    assert sorted(row.key for row in twice.collect()) == ["a!!", "b!!"]
    assert sorted(row.key for row in once.collect()) == ["a!", "b!"]


def test_columns_chosen_of_a_kernel_go_on_in_its_process(spark, capsys):
    rows = spark.createDataFrame([("a", 1), ("b", 2)], "key string, number long")
    once = applied(rows, lambda batch: batch, rows.schema)
    narrow = chosen(once, "key")
    twice = applied(narrow, lambda batch: batch.select(pl.col("key") + "!"), COUNTED)
    twice.explain()

    assert capsys.readouterr().out.count("MapInArrow") == 1
    assert sorted(row.key for row in twice.collect()) == ["a!", "b!"]
    assert sorted(row.key for row in narrow.collect()) == ["a", "b"]


def ids(objects):
    return set(map(id, objects))


def test_what_has_outlived_a_task_is_not_looked_at_after_the_next():
    try:
        garbage.settled()
        kept = [[number] for number in range(1000)]
        assert ids(kept) <= ids(gc.get_objects())
        garbage.settled()

        assert not ids(kept) & ids(gc.get_objects())
    finally:
        gc.unfreeze()
