import json
from dataclasses import asdict

from jobs import cli
from jobs.config import load
from scripts.costs_file import costs_file
from scripts.event_log import Use, newest, uses
from transforms.costs import Costs, MeasuredRun, StageUse


def told(kind, **fields):
    return json.dumps({"Event": f"SparkListener{kind}", **fields}, separators=(",", ":"))


def task(stage, moved, held):
    metrics = {
        "Peak Execution Memory": held,
        "Shuffle Write Metrics": {"Shuffle Bytes Written": moved},
    }
    return told("TaskEnd", **{"Stage ID": stage, "Task Metrics": metrics})


def job(stages, group):
    properties = {"spark.jobGroup.id": group} if group else {}
    return told("JobStart", **{"Stage IDs": stages, "Properties": properties})


def test_every_task_counts_for_the_stage_whose_job_it_was_of(tmp_path):
    old, new = tmp_path / "eventlog_v2_a", tmp_path / "eventlog_v2_b"
    for folder in (old, new):
        folder.mkdir()
    first = [job([0, 1], "block"), task(0, 10, 7), task(1, 5, 9), job([2], "score")]
    second = [task(2, 3, 1), told("StageCompleted"), job([3], None), task(3, 4, 2)]
    (new / "events_1_b").write_text("\n".join(first))
    (new / "events_2_b").write_text("\n".join(second))

    found = uses(newest(tmp_path))

    assert {name: asdict(use) for name, use in found.items()} == {
        "block": asdict(Use(15, 9)),
        "score": asdict(Use(3, 1)),
        "": asdict(Use(4, 2)),
    }


def run_of(residents):
    use = StageUse(seconds=1.5, shuffle_bytes=2, disk_bytes=3, task_memory_bytes=4)
    stages = {"block": use, "score": use}
    return MeasuredRun(
        residents=residents, doses=2 * residents, pairs=9, cores=2, partitions=8, stages=stages
    )


def test_the_file_that_is_written_is_the_one_that_plan_reads(tmp_path, monkeypatch, capsys):
    runs = (run_of(1_000), run_of(10_000))
    path = tmp_path / "costs.toml"
    path.write_text(costs_file("a machine", runs), encoding="utf-8")

    assert load(path, Costs) == Costs(machine="a machine", runs=runs)

    monkeypatch.setattr("jobs.plan.DEFAULT_COSTS", path)
    assert plan_of_the_nation(monkeypatch) == 0
    assert set(json.loads(capsys.readouterr().out)["stages"]) == {"block", "score"}


def test_before_anything_was_measured_plan_says_how_to_measure(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("jobs.plan.DEFAULT_COSTS", tmp_path / "costs.toml")

    assert plan_of_the_nation(monkeypatch) == 2
    assert "make bench" in capsys.readouterr().err


def plan_of_the_nation(monkeypatch):
    """The exit code of the forecast for the whole nation."""
    words = ["plan", "--residents", "98000000", "--doses", "205000000", "--cores", "400", "--json"]
    monkeypatch.setattr("sys.argv", ["doichieu", *words])
    try:
        return cli.main()
    except SystemExit as left:
        return left.code
