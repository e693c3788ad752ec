from datetime import datetime

from jobs import lock
from jobs.status import status
from jobs.tables import Commit, Tables
from transforms.schemas import RUN


def test_a_run_that_says_it_is_running_while_nobody_is_at_work_was_killed(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("a"))
    began = datetime(2022, 4, 25, 8, 30)
    row = ("a", began, None, "running", {}, 10, "c", "v", {"ingest": 61.0}, {"doses": 5})
    tables.overwrite("runs", spark.createDataFrame([row], RUN))

    left = status(tables)
    with lock.held(tmp_path, "a"):
        at_work = status(tables)
    with lock.held(tmp_path, "b"):
        anothers = status(tables)

    told = {"run_id": "a", "started_at": "2022-04-25 08:30", "seconds": 61.0, "inputs": {}}
    assert left["runs"] == [told | {"status": "killed"}]
    assert left["at_work"] is None
    assert [found["runs"][0]["status"] for found in (at_work, anothers)] == ["running", "killed"]
