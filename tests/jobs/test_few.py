"""Few rows come to the driver as they are, and without a job where they lie in files."""

import polars as pl
import pytest

from jobs import parquet_files
from jobs.few import few
from jobs.parquet_files import Place, few_written
from transforms.kernels import applied
from transforms.stored import StoredFile

SCHEMA = "id long, name string, many array<string>"
ROWS = [(1, "An", ["a", None]), (2, None, []), (3, "Bình", None)]


@pytest.fixture
def stored(spark, tmp_path):
    frame = spark.createDataFrame(ROWS, SCHEMA).repartition(2)
    files = parquet_files.written(frame, tmp_path)
    there = [StoredFile(str(tmp_path / file.name)) for file in files]
    return parquet_files.read(spark, frame.schema, there)


def jobs_of(spark, group):
    spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()  # jobs are told of a little later
    return list(spark.sparkContext.statusTracker().getJobIdsForGroup(group))


def test_stored_rows_are_read_without_a_job(spark, stored):
    spark.sparkContext.setJobGroup("few", "few")
    found = few(stored)
    assert not jobs_of(spark, "few")
    assert sorted(found.rows()) == ROWS

    made = few(applied(stored, lambda batch: batch.with_columns(pl.col("id") + 1), stored.schema))
    assert sorted(row[0] for row in made.rows()) == [2, 3, 4]
    assert jobs_of(spark, "few")


def test_no_rows_have_their_columns_all_the_same(spark, stored):
    none = few(parquet_files.no_rows(spark, stored.schema))
    assert (none.columns, len(none)) == (stored.columns, 0)
    assert few(parquet_files.read(spark, stored.schema, [])).columns == stored.columns


def test_few_rows_are_written_without_spark_as_a_task_would(spark, stored, tmp_path):
    place = Place(tmp_path / "few", stored.schema)
    (file,) = few_written(few(stored), place)
    back = spark.read.schema(stored.schema).parquet(str(place.folder / file.name))

    assert sorted(map(tuple, back.collect())) == ROWS
    assert (file.rows, few_written(few(stored).clear(), place)) == (3, [])
