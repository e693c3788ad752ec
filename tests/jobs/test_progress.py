import json
from io import StringIO

import pytest
from rich.console import Console

from jobs.progress import SHARES, Estimate, JsonLines, Lines, duration

STAGES = ["ingest", "verify", "block"]


def test_without_an_earlier_run_the_first_stage_gives_the_pace():
    estimate = Estimate(["ingest", "verify"], {}, 1.0)

    assert estimate.left is None
    estimate.done("ingest", 20.0)
    assert estimate.left == pytest.approx(20.0 * SHARES["verify"] / SHARES["ingest"])


def test_the_last_run_gives_the_estimate_scaled_and_then_counts_as_a_tenth_of_the_work():
    estimate = Estimate(STAGES, {"ingest": 10, "verify": 20, "block": 30}, 2.0)

    assert estimate.left == pytest.approx(120.0)
    estimate.done("ingest", 5.0)
    assert estimate.left == pytest.approx(50.0 * (5.0 + 2.0 * 6.0) / (10.0 + 6.0))


def test_one_short_stage_that_was_slow_does_not_bend_the_estimate():
    estimate = Estimate(["link", "publish"], {"link": 1, "publish": 99}, 1.0)

    estimate.done("link", 5.0)

    assert 99.0 < estimate.left < 1.5 * 99.0


def test_stages_finished_before_do_not_bend_the_pace():
    estimate = Estimate(STAGES, {"ingest": 10, "verify": 20, "block": 30}, 1.0)

    estimate.done("ingest", None)

    assert estimate.left == pytest.approx(50.0)


def test_one_line_per_stage():
    lines = Lines(Console(file=StringIO(), width=200))

    lines.begin("r1", STAGES, Estimate(STAGES, {}, 1.0))
    lines.finished("ingest", 2_151_334, 61.2)

    left = 61.2 * (SHARES["verify"] + SHARES["block"]) / SHARES["ingest"]
    assert lines.console.file.getvalue().splitlines()[1:] == [
        f" 1 of 3  ingest            2,151,334 rows     1:01   about {duration(left)} to go"
    ]


def test_programs_get_one_object_per_event(capsys):
    lines = JsonLines(Console(file=StringIO()))

    lines.begin("r1", STAGES, Estimate(STAGES, {}, 1.0))
    lines.finished("ingest", 7, 10.0)

    left = pytest.approx(10.0 * (SHARES["verify"] + SHARES["block"]) / SHARES["ingest"])
    assert [json.loads(line) for line in capsys.readouterr().err.splitlines()] == [
        {"event": "begin", "run_id": "r1", "stages": STAGES},
        {"event": "finished", "stage": "ingest", "rows": 7, "seconds": 10.0, "left": left},
    ]


def test_durations_read_as_on_a_clock():
    assert [duration(s) for s in (0.4, 61, 3723)] == ["0:00", "1:01", "1:02:03"]
