"""The packaged application on a standalone cluster whose workers die under it."""

import json
import subprocess
import time

import pytest

from scripts.package import package
from scripts.standalone import standalone, submission, submitting
from tests.pipeline.conftest import JAVA_OPTIONS, published

SMALL = """
reference_dir = "reference"
[spark.conf]
"spark.sql.shuffle.partitions" = "4"
"""
# A worker is killed some seconds into the stage behind each of these: block and score.
WORKER_LOST_AFTER = ("verify", "block")
INTO_THE_STAGE = 4.0


def facts_of_a_run_that_loses_workers(line, cluster, dist):
    """What the run printed; each lost worker is replaced, as a cluster's watchdog would.

    spark-submit sends both streams of a Python application to its standard output.
    """
    printed = []
    with subprocess.Popen(
        line, cwd=dist, env=submitting(), stdout=subprocess.PIPE, text=True
    ) as run:
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
    settings, small_nation, interrupted, tmp_path
):
    """Nobody interrupts the run itself; the one machine's was killed three times."""
    dist, warehouse = tmp_path / "dist", tmp_path / "warehouse"
    package(dist)
    conf = dist / "conf" / "small.toml"
    conf.write_text(SMALL)
    options = ["--warehouse", warehouse, "--conf", conf, "--run-id", "same", "--json"]

    with standalone(tmp_path / "cluster") as cluster:
        words = ["run", *small_nation.registers, *options]
        line = submission(dist, cluster.url, words, settings.spark.conf[JAVA_OPTIONS])
        facts = facts_of_a_run_that_loses_workers(line, cluster, dist)

    assert facts["dose_rows"] == sum(facts["dispositions"].values()) > 0
    assert published(warehouse) == published(interrupted.warehouse)
