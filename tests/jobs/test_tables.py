import json
from dataclasses import asdict

from delta.tables import DeltaTable

from jobs.tables import Commit, Tables


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
