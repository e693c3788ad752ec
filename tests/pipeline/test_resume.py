"""kill -9 in the middle, start again, and the same bytes come out."""

import json
import os
import signal
import subprocess

import pytest

from jobs.pipeline import STAGES
from tests.pipeline.conftest import command, environment, published

KILLED_AFTER = ("standardise", "score", "correct")


def killed_after(stage, words):
    """Start a run and kill it, Java and all, as soon as `stage` is done and the next has begun."""
    with subprocess.Popen(
        words, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        for line in process.stderr:
            event = json.loads(line)
            if event["event"] == "finished" and event["stage"] == stage:
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_a_run_killed_in_three_places_publishes_the_same_bytes(nation, conf, undisturbed, tmp_path):
    words = command(nation, conf, tmp_path / "warehouse")

    for stage in KILLED_AFTER:
        killed_after(stage, words)
    last = subprocess.run(words, env=environment(), stderr=subprocess.PIPE, text=True, check=True)

    events = [json.loads(line) for line in last.stderr.splitlines()]
    resumed = [event["stage"] for event in events if event["event"] == "resumed"]
    assert resumed == list(STAGES)[: list(STAGES).index(KILLED_AFTER[-1]) + 1]
    assert published(tmp_path / "warehouse") == published(undisturbed)
    assert published(undisturbed)
