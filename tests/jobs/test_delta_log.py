"""What the log tells without Spark is what Delta tells."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from delta.tables import DeltaTable
from pyspark.sql import types as T

from jobs.delta_log import contents, newest_commit, rows_of
from jobs.segments import count
from jobs.tables import MOST_FILES, Commit, Tables
from transforms import stored
from transforms.kernels import applied

SCHEMA = "profile_id long, name string"
CHECKPOINT = 10  # commits
COUNTED = T.StructType().add("run_id", "string", nullable=False).add("n", "long")


@pytest.fixture
def tables(spark, tmp_path):
    """In a folder whose name Spark would take for a pattern."""
    return Tables(spark, str(tmp_path / "a [warehouse]"), Commit("run-1", "block", "f1"))


def place(tables, name):
    return Path(tables.path(name))


def rows(tables, *pairs):
    return tables.spark.createDataFrame(list(pairs), SCHEMA)


def by_delta(tables, name):
    return tables.spark.read.format("delta").load(tables.path(name))


def same_as_delta(tables, name):
    """Schema and rows, as both tell them; the rows."""
    ours, theirs = tables.read(name), by_delta(tables, name)
    assert ours.schema == theirs.schema
    assert sorted(ours.collect()) == sorted(theirs.collect())
    return sorted(map(tuple, ours.collect()))


def test_a_table_is_read_by_its_files(tables):
    tables.overwrite("toys", rows(tables, (1, "a"), (2, None)).repartition(2))
    tables.overwrite("toys", rows(tables, (3, "c"), (4, "d")).repartition(2))

    found = contents(place(tables, "toys"))

    assert found is not None
    assert len(found.files) == len(by_delta(tables, "toys").inputFiles())
    assert same_as_delta(tables, "toys") == [(3, "c"), (4, "d")]


def test_a_table_that_several_commits_wrote_is_read_by_the_files_of_all(tables):
    tables.put("toys", rows(tables, (1, "a")), "name", "a")
    tables.put("toys", rows(tables, (2, "b")), "name", "b")

    assert same_as_delta(tables, "toys") == [(1, "a"), (2, "b")]

    tables.put("toys", rows(tables, (3, "b")), "name", "b")
    assert len(contents(place(tables, "toys")).files) == 2
    assert same_as_delta(tables, "toys") == [(1, "a"), (3, "b")]


def test_other_columns_written_over_it_are_read(tables):
    tables.overwrite("toys", rows(tables, (1, "a")))
    other = tables.spark.createDataFrame([(2, "x")], "profile_id long, resident_id string")
    tables.overwrite("toys", other)

    assert same_as_delta(tables, "toys") == [(2, "x")]


def test_a_frame_keeps_the_rows_that_stood_when_it_was_read(tables):
    tables.overwrite("toys", rows(tables, (1, "a")))
    before = tables.read("toys")
    tables.overwrite("toys", before.union(rows(tables, (2, "b"))))

    assert [tuple(row) for row in before.collect()] == [(1, "a")]
    assert same_as_delta(tables, "toys") == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    "changed",
    [
        lambda writer: writer.partitionBy("name"),
        lambda writer: writer.option("delta.columnMapping.mode", "name"),
    ],
    ids=["partitioned", "columns mapped"],
)
def test_a_table_of_another_make_is_left_to_delta(tables, changed):
    frame = rows(tables, (1, "a"), (2, "b")).coalesce(1)
    changed(frame.write.format("delta")).save(tables.path("toys"))

    assert contents(place(tables, "toys")) is None
    assert same_as_delta(tables, "toys") == [(1, "a"), (2, "b")]


def test_rows_that_delta_takes_out_of_a_file_are_gone(tables):
    frame = rows(tables, *((n, str(n)) for n in range(100))).coalesce(1)
    updatable = frame.write.format("delta").option("delta.enableDeletionVectors", "true")
    updatable.save(tables.path("toys"))
    with told_what_to_skip(tables.spark):
        for some in ("profile_id < 30", "profile_id % 10 = 7"):
            DeltaTable.forPath(tables.spark, tables.path("toys")).delete(some)
        (file,) = contents(place(tables, "toys")).files
        found = same_as_delta(tables, "toys")

    assert np.frombuffer(file.gone, np.uint32).tolist() == [*range(30), *range(37, 100, 10)]
    assert len(found) == count(tables.read("toys")) == 63


@contextmanager
def told_what_to_skip(spark):
    """As everywhere else: Delta reads such tables by its statistics, which we do not ask for."""
    skipping = "spark.databricks.delta.stats.skipping"
    spark.conf.set(skipping, "true")
    yield
    spark.conf.set(skipping, "false")


def test_a_table_without_rows_is_of_no_files(tables):
    tables.overwrite("none", rows(tables).limit(0))

    assert same_as_delta(tables, "none") == []
    assert contents(place(tables, "none")).files == []
    assert contents(place(tables, "nothing")) is None


def test_kernels_read_the_many_files_that_delta_lists_for_spark(tables):
    tables.overwrite("many", rows(tables, *((n, "a") for n in range(2000))).repartition(40))
    many = tables.read("many")
    kernels = applied(many, lambda batch: batch, many.schema)

    assert len(contents(place(tables, "many")).files) > MOST_FILES
    assert stored.files_of(many) == contents(place(tables, "many")).files
    assert (
        sorted(kernels.collect())
        == sorted(many.collect())
        == sorted(by_delta(tables, "many").collect())
    )


def test_rows_are_those_of_delta_also_when_old_commits_are_gone(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("a", "toys"))
    table = tmp_path / "toys"
    assert rows_of(table) == []
    for number in range(CHECKPOINT + 2):
        row = (f"run-{number % 4}", number)
        tables.put("toys", spark.createDataFrame([row], COUNTED), "run_id", row[0])

    kept = [(f"run-{n % 4}", n) for n in (8, 9, 10, 11)]
    assert read(table) == same_as_delta(tables, "toys") == kept
    commits = sorted((table / "_delta_log").glob("0*0.json"))[:1]
    commits += sorted((table / "_delta_log").glob("0*[1-9].json"))[: CHECKPOINT - 2]
    for commit in commits:
        commit.unlink()
    assert read(table) == same_as_delta(tables, "toys") == kept
    assert newest_commit(table)["userMetadata"] == newest_by_spark(tables)


def test_a_row_put_without_spark_is_the_row_that_delta_reads(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("a", "toys"))
    for row in (("a", 1), ("it's b", 2), ("a", 3)):
        tables.put_row("toys", row, COUNTED)

    assert read(tmp_path / "toys") == same_as_delta(tables, "toys") == [("a", 3), ("it's b", 2)]
    log = "".join(file.read_text() for file in (tmp_path / "toys/_delta_log").glob("*.json"))
    assert '\\"run_id\\":\\"a' in log
    assert '\\"n\\":' not in log
    tables.put("toys", spark.createDataFrame([("a", 4)], COUNTED), "run_id", "a")
    tables.put_row("toys", ("c", None), COUNTED)
    assert same_as_delta(tables, "toys") == [("a", 4), ("c", None), ("it's b", 2)]
    assert tables.written("toys").commit == tables.commit
    assert newest_by_spark(tables) == newest_commit(tmp_path / "toys")["userMetadata"]


def read(table):
    return sorted(tuple(row.values()) for row in rows_of(table))


def newest_by_spark(tables):
    history = tables.spark.sql(f"describe history delta.`{tables.path('toys')}` limit 1")
    return history.collect()[0]["userMetadata"]
