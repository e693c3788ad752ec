"""kill -9 in the middle, start again: what was finished is not done twice.

The run is submitted to executors that are processes of their own; the same lists come out as on one
machine, in a run that nothing interrupted.
"""

import json

import pytest

from jobs.pipeline import STAGES
from tests.pipeline.conftest import KILLED_AFTER, published


@pytest.mark.slow
def test_a_run_killed_in_three_places_goes_on_where_it_stopped(interrupted):
    resumed = [event["stage"] for event in interrupted.events if event["event"] == "resumed"]
    begun = [event["stage"] for event in interrupted.events if event["event"] == "finished"]

    done = list(STAGES).index(KILLED_AFTER[-1]) + 1
    assert (resumed, begun) == (list(STAGES)[:done], list(STAGES)[done:])
    manifest = json.loads((interrupted.warehouse / "published" / "manifest.json").read_text())
    assert manifest["files"]


@pytest.mark.slow
def test_a_killed_run_publishes_the_bytes_of_one_that_nothing_interrupted(
    interrupted, uninterrupted
):
    assert published(interrupted.warehouse) == published(uninterrupted)
