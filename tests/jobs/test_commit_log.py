"""What the log's own files tell is what Delta tells."""

from pathlib import Path

import pytest

from jobs.commit_log import MOST_FILES, contents
from jobs.tables import Commit, Tables

SCHEMA = "profile_id long, name string"


@pytest.fixture
def tables(spark, tmp_path):
    """In a folder whose name Spark would take for a pattern."""
    return Tables(spark, str(tmp_path / "a [warehouse]"), Commit("run-1", "block", "f1"))


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


def test_a_table_written_whole_is_read_by_its_files(spark, tables):
    tables.overwrite("toys", rows(tables, (1, "a"), (2, None)).repartition(2))
    tables.overwrite("toys", rows(tables, (3, "c"), (4, "d")).repartition(2))

    found = contents(spark, tables.path("toys"))

    assert found is not None
    assert len(found.files) == len(by_delta(tables, "toys").inputFiles())
    assert same_as_delta(tables, "toys") == [(3, "c"), (4, "d")]


def test_a_table_that_its_newest_commit_wrote_in_part_is_left_to_delta(spark, tables):
    tables.put("toys", rows(tables, (1, "a")), "name", "a")
    tables.put("toys", rows(tables, (2, "b")), "name", "b")

    assert contents(spark, tables.path("toys")) is None
    assert same_as_delta(tables, "toys") == [(1, "a"), (2, "b")]

    tables.put("toys", rows(tables, (3, "b")), "name", "b")
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
        lambda writer: writer.option("delta.enableDeletionVectors", "true"),
    ],
    ids=["partitioned", "columns mapped", "rows taken out of files"],
)
def test_a_table_of_another_make_is_left_to_delta(spark, tables, changed):
    frame = rows(tables, (1, "a"), (2, "b")).coalesce(1)
    changed(frame.write.format("delta")).save(tables.path("toys"))

    assert contents(spark, tables.path("toys")) is None
    assert same_as_delta(tables, "toys") == [(1, "a"), (2, "b")]


def test_a_table_without_rows_or_of_many_files_or_without_its_checksum_is_left_to_delta(
    spark, tables
):
    tables.overwrite("none", rows(tables).limit(0))
    tables.overwrite("many", rows(tables, *((n, "a") for n in range(2000))).repartition(40))
    tables.overwrite("toys", rows(tables, (1, "a")))
    (checksum,) = Path(tables.path("toys"), "_delta_log").glob("0*.crc")
    checksum.unlink()

    assert same_as_delta(tables, "none") == []
    assert len(by_delta(tables, "many").inputFiles()) > MOST_FILES
    for name in ("none", "many", "toys", "nothing"):
        assert contents(spark, tables.path(name)) is None
    assert same_as_delta(tables, "toys") == [(1, "a")]
