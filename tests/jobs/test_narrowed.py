"""Of a large table the rows in question, and few others."""

import polars as pl
import pytest
from pyspark.sql import Window
from pyspark.sql import functions as F

from jobs import parquet_files
from jobs.narrowed import among, among_keys, keys_of, wanted
from transforms.stored import StoredFile


@pytest.fixture
def stored(spark, tmp_path):
    """100,000 numbers and their texts, every tenth without either."""
    frame = spark.range(100_000).select(
        F.when(F.col("id") % 10 != 0, F.col("id")).alias("number"),
        F.when(F.col("id") % 10 != 0, F.format_string("R%07d", "id")).alias("text"),
    )
    return on_disk(frame, tmp_path)


def on_disk(frame, folder):
    files = [StoredFile(str(folder / file.name)) for file in parquet_files.written(frame, folder)]
    return parquet_files.read(frame.sparkSession, frame.schema, files)


@pytest.mark.parametrize("key", ["number", "text"])
def test_every_row_in_question_is_there_and_few_others_are(stored, key):
    asked = stored.where("number % 100 < 5 or number is null")
    there = {row[key] for row in asked.collect()} - {None}

    found = [row[key] for row in among(stored, key, wanted(asked, key)).collect()]

    assert there <= set(found)
    assert None not in found
    assert len(found) == len(set(found))
    assert len(found) - len(there) < (90_000 - len(there)) / 16


def test_keys_may_come_from_several_columns(spark, stored):
    asked = spark.createDataFrame(
        [("R0000001", None), ("R0000002", "R0000003")], "a string, b string"
    )

    found = {row.text for row in among(stored, "text", wanted(asked, "a", "b")).collect()}

    assert {f"R000000{at}" for at in (1, 2, 3)} <= found


def test_of_nobody_in_question_there_is_no_row(stored):
    asked = stored.where("number < 0")

    assert among(stored, "number", wanted(asked, "number")).collect() == []


@pytest.mark.parametrize("key", ["number", "text"])
def test_by_the_very_keys_no_other_row_is_there(spark, stored, key):
    asked = sorted({row[key] for row in stored.where("number % 100 < 5").collect()})
    values = pl.Series([*asked, *asked[:10], None])

    found = [row[key] for row in among_keys(stored, keys_of(spark, key, values)).collect()]

    assert sorted(found) == asked
    assert among_keys(stored, keys_of(spark, key, values.clear())).collect() == []


def test_the_very_keys_may_be_in_any_of_several_columns(spark, stored, tmp_path):
    twins = stored.select("text", F.lead("text").over(Window.orderBy("text")).alias("next"))
    keys = keys_of(spark, "text", pl.Series(["R0000001", "R0000003", "R0000003", None]))
    for rows in (twins, on_disk(twins, tmp_path / "twins")):
        found = {row.text for row in among_keys(rows, keys, "text", "next").collect()}
        assert found == {None, "R0000001", "R0000002", "R0000003"}
        alone = [row.text for row in among_keys(rows, keys).collect()]
        assert sorted(alone) == ["R0000001", "R0000003"]
