from jobs.tables import Commit, Tables


def test_a_table_is_finished_only_for_the_run_and_stage_that_wrote_it(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("run-1", "block", "f1"))
    tables.overwrite("blocks", spark.createDataFrame([(1,)], "profile_id long"))

    assert tables.finished("blocks")
    assert not tables.during("score").finished("blocks")
    assert not Tables(spark, str(tmp_path), Commit("run-2", "block", "f1")).finished("blocks")
    assert not Tables(spark, str(tmp_path), Commit("run-1", "block", "f2")).finished("blocks")
    assert not tables.finished("links")
