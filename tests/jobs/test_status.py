from datetime import datetime

from jobs import lock
from jobs.pipeline import STAGES
from jobs.progress import SHARES
from jobs.status import status
from jobs.tables import Commit, Tables
from transforms.schemas import RUN


def test_a_run_that_says_it_is_running_while_nobody_is_at_work_was_killed(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("a", "runs"))
    began = datetime(2022, 4, 25, 8, 30)
    row = ("a", began, None, "running", {}, 10, "c", "v", {"ingest": 61.0}, {"doses": 5})
    tables.overwrite("runs", spark.createDataFrame([row], RUN))

    left = status(tmp_path)
    with lock.held(tmp_path, "a"):
        at_work = status(tmp_path)
    with lock.held(tmp_path, "b"):
        anothers = status(tmp_path)

    told = {"run_id": "a", "started_at": "2022-04-25 08:30", "seconds": 61.0, "inputs": {}}
    assert left["runs"] == [told | {"status": "killed"}]
    assert left["at_work"] is None
    assert [found["runs"][0]["status"] for found in (at_work, anothers)] == ["running", "killed"]


def test_the_newest_runs_are_those_that_began_last_whatever_they_are_called(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("a", "runs"))
    begun = {"20220426-080000": 26, "april": 25, "20220427-080000": 27}
    rows = [
        (run_id, datetime(2022, 4, day), None, "finished", {}, 10, "c", "v", {}, {})
        for run_id, day in begun.items()
    ]
    tables.overwrite("runs", spark.createDataFrame(rows, RUN))

    told = [row["run_id"] for row in status(tmp_path, newest=2)["runs"]]

    assert told == ["20220427-080000", "20220426-080000"]


def test_tables_are_told_in_the_order_of_the_stages_that_wrote_them(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("a"))
    frame = spark.createDataFrame([(1,), (2,)], "profile_id long")
    for stage, name in (("link", "links"), ("block", "blocks"), ("receive", "decisions")):
        tables.during(stage).overwrite(name, frame)
    frame.write.format("delta").save(tables.path("somebody's"))

    told = [(found["table"], found["stage"], found["rows"]) for found in status(tmp_path)["tables"]]

    assert told == [("blocks", "block", 2), ("links", "link", 2)]
    assert list(SHARES) == list(STAGES)
