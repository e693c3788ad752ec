"""The packaged application on a standalone cluster whose workers die under it."""

import json
import time

import pytest

from scripts.standalone import standalone
from tests.pipeline.conftest import published, run_of

# A worker is killed some seconds into the stage behind each of these: block and score.
WORKER_LOST_AFTER = ("verify", "block")
INTO_THE_STAGE = 4.0


def facts_of_a_run_that_loses_workers(started, cluster):
    """What the run printed; each lost worker is replaced, as a cluster's watchdog would."""
    printed = []
    with started as run:
        for told in run.stdout:
            event = json.loads(told) if told.startswith('{"event"') else None
            if event is None:
                printed.append(told)
            elif event["event"] == "finished" and event["stage"] in WORKER_LOST_AFTER:
                time.sleep(INTO_THE_STAGE)
                cluster.replace_worker()
    assert run.returncode == 0
    return json.loads("".join(printed))


@pytest.mark.slow
def test_a_cluster_that_loses_workers_publishes_the_bytes_of_one_machine(
    small_nation, submit, uninterrupted, tmp_path
):
    warehouse = tmp_path / "warehouse"
    with standalone(tmp_path / "cluster") as cluster:
        run = submit(cluster.url, run_of(small_nation, warehouse))
        facts = facts_of_a_run_that_loses_workers(run, cluster)

    assert facts["dose_rows"] == sum(facts["dispositions"].values()) > 0
    assert published(warehouse) == published(uninterrupted)
