import json
from dataclasses import asdict

import polars as pl
import pytest
from delta.tables import DeltaTable
from pyspark.sql import functions as F

from jobs.errors import InputError
from jobs.pipeline import STAGES
from jobs.scratch import scratch
from jobs.tables import Commit, Tables
from tests.fake_rows import fake_rows
from transforms.schemas import CORRECTION, DECISION, NAME_TOKEN, TABLES
from transforms.several import Several


def test_a_table_is_finished_only_for_the_run_and_stage_that_wrote_it(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("run-1", "block", "f1"))
    tables.overwrite("blocks", spark.createDataFrame([(1,)], "profile_id long"))

    assert tables.finished("blocks")
    assert not tables.during("score").finished("blocks")
    assert not Tables(spark, str(tmp_path), Commit("run-2", "block", "f1")).finished("blocks")
    assert not Tables(spark, str(tmp_path), Commit("run-1", "block", "f2")).finished("blocks")
    assert not tables.finished("links")


def test_who_wrote_last_is_read_from_the_log_itself(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("run-1", "block", "f1"))
    assert tables.written("blocks") is None

    tables.overwrite("blocks", spark.createDataFrame([(1,), (2,)], "profile_id long"))
    tables.during("score").overwrite("blocks", spark.createDataFrame([(1,)], "profile_id long"))

    history = DeltaTable.forPath(spark, tables.path("blocks")).history(1).collect()[0]
    found = tables.written("blocks")
    assert found is not None
    assert json.loads(history["userMetadata"]) == asdict(found.commit)
    assert (found.commit.stage, found.rows) == ("score", 1)
    assert int(history["operationMetrics"]["numOutputRows"]) == 1


def test_few_rows_replace_a_table_as_many_do(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("run-1", "standardise", "f1"))
    for rows in ([("An", "given", 2), ("Lê", "surname", 1)], [("Bình", "given", 3)], []):
        frame = pl.DataFrame(rows, schema=NAME_TOKEN.names, orient="row")
        tables.overwrite_few("name_tokens", frame)

        assert sorted(map(tuple, tables.read("name_tokens").collect())) == rows
        assert tables.finished("name_tokens")
        assert tables.written("name_tokens").rows == len(rows)


def test_what_is_made_beside_a_table_is_on_disk_and_no_table(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("run-1", "standardise", "f1"))
    number = spark.range(0).schema
    kernel = {"whole": pl.all(), "even": pl.all().filter(pl.col("id") % 2 == 0)}
    several = Several(
        spark.range(10, numPartitions=3),
        lambda rows: {name: rows.select(part) for name, part in kernel.items()},
        dict.fromkeys(kernel, number),
    )
    with scratch(spark, str(tmp_path / "_scratch")) as disk:
        beside = tables.overwrite_beside("whole", several, disk)
        assert sorted(row.id for row in beside["even"].collect()) == [0, 2, 4, 6, 8]

    assert sorted(row.id for row in spark.read.format("delta").load(tables.path("whole")).collect()
                  ) == list(range(10))  # fmt: skip
    assert not tables.exists("even")


def test_nothing_written_over_nothing_is_signed_as_well(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("run-1", "block", "f1"))
    nothing = spark.createDataFrame([], "profile_id long")
    tables.overwrite("toys", nothing)
    later = Tables(spark, str(tmp_path), Commit("run-2", "block", "f1"))
    later.overwrite("toys", nothing)

    assert later.finished("toys")
    assert later.read("toys").collect() == []


def test_a_table_that_somebody_else_wrote_is_nobodys(spark, tmp_path):
    spark.createDataFrame([(1,)], "profile_id long").write.format("delta").save(
        str(tmp_path / "blocks")
    )

    assert Tables(spark, str(tmp_path)).written("blocks") is None


def test_a_table_whose_first_write_was_killed_is_not_there_and_can_be_written(spark, tmp_path):
    (tmp_path / "blocks" / "_delta_log").mkdir(parents=True)
    tables = Tables(spark, str(tmp_path), Commit("run-1", "block", "f1"))

    assert not tables.exists("blocks")
    assert tables.written("blocks") is None
    assert not tables.finished("blocks")

    tables.overwrite("blocks", spark.createDataFrame([(1,)], "profile_id long"))
    assert tables.finished("blocks")


def test_a_table_of_another_version_is_named_with_the_command_that_makes_it_anew(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("run-1", "correct", "f1"))
    now = fake_rows(spark, CORRECTION, [])
    tables.overwrite("corrections", now)
    assert tables.read("corrections").columns == CORRECTION.names

    tables.overwrite("corrections", now.drop("stated").withColumn("doses", F.lit("2")))
    with pytest.raises(InputError, match=r"corrections: .*has not doses, stated") as caught:
        tables.read("corrections")
    assert f"`doichieu correct --warehouse {tmp_path}`" in str(caught.value)


def test_a_kept_table_of_another_version_is_put_aside_by_people_alone(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("r", "receive"))
    tables.overwrite("decisions", fake_rows(spark, DECISION, []).drop("version"))
    with pytest.raises(
        InputError, match=r"has not version .*put decisions aside.*`doichieu receive"
    ):
        tables.read("decisions")


def test_every_table_that_a_stage_writes_has_a_schema():
    written = {name for stage in STAGES.values() for name in stage.WRITES}
    assert written - TABLES.keys() == {"resident_rows", "dose_rows"}
