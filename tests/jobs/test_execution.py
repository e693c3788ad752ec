import os
from io import StringIO

import pytest
from rich.console import Console

from jobs import history
from jobs.errors import ConfigError, DoichieuError, LedgerError
from jobs.execution import Extent, execute, execute_one
from jobs.fingerprint import InputState
from jobs.progress import Lines
from tests.jobs.toy_stages import squares, toy_stages

STATE = InputState("inputs", 1000)


def lasting(*stages):
    return Extent(lasting=stages)


def silent():
    return Lines(Console(file=StringIO(), width=200))


def test_a_finished_run_passes_over_every_stage_and_another_run_over_none(start):
    ran, told = [], silent()

    execute(start("a"), toy_stages(ran), silent(), STATE)
    execute(start("a"), toy_stages(ran), told, STATE)
    execute(start("b"), toy_stages(ran), silent(), STATE)

    assert ran == ["count", "square", "count", "square"]
    assert told.console.file.getvalue().splitlines() == [
        "run a: if it is stopped, --run-id a goes on from there",
        " 1 of 2  count                     5 rows   finished before",
        " 2 of 2  square                    5 rows   finished before",
    ]


def test_what_lasts_is_taken_from_another_run_up_to_the_first_stage_that_differs(start):
    ran, told = [], silent()

    execute(start("a"), toy_stages(ran), silent(), STATE)
    execute(start("b"), toy_stages(ran), told, STATE, lasting("count", "square"))
    assert ran == ["count", "square"]
    assert told.console.file.getvalue().count("finished before") == 2

    execute(start("c"), toy_stages(ran), silent(), STATE, lasting("square"))
    assert ran == ["count", "square"] * 2
    execute(start("d", "other"), toy_stages(ran), silent(), STATE, lasting("count", "square"))
    assert ran == ["count", "square"] * 3
    # A stage that somebody ran by itself stands no longer for what the run would make.
    execute_one(start("d", "one stage"), "square", toy_stages(ran)["square"], silent())
    execute(start("e", "other"), toy_stages(ran), silent(), STATE, lasting("count", "square"))
    assert ran == ["count", "square"] * 3 + ["square"] * 2


def test_other_inputs_configuration_or_code_make_every_stage_run_again(start):
    ran = []

    execute(start("a", "before"), toy_stages(ran), silent(), STATE)
    execute(start("a", "after"), toy_stages(ran), silent(), STATE)

    assert ran == ["count", "square"] * 2


def test_a_stage_that_obeys_answers_runs_again_with_those_after_it_when_they_change(start):
    def answered(said):
        return Extent(lasting=("count", "square"), answers={"square": said})

    ran = []
    for run_id, said in (("a", "none"), ("b", "none"), ("c", "one"), ("d", "one")):
        execute(start(run_id), toy_stages(ran), silent(), STATE, answered(said))
    assert ran == ["count", "square", "square"]

    execute(start("d"), toy_stages(ran), silent(), STATE, answered("two"))
    assert ran == ["count", "square", "square", "square"]


def test_a_failed_stage_is_where_the_same_run_goes_on(start):
    def broken(run):
        raise LedgerError("province 56: 1 row too many")

    ran = []
    with pytest.raises(LedgerError, match="province 56"):
        execute(start("a"), toy_stages(ran, broken), silent(), STATE)
    failed = start("a").tables.read("runs").first()
    execute(start("a"), toy_stages(ran), silent(), STATE)
    finished = start("a").tables.read("runs").collect()

    assert ran == ["count", "square", "square"]
    assert (failed["status"], set(failed["stage_seconds"])) == ("failed", {"count"})
    assert [row["status"] for row in finished] == ["finished"]
    assert set(finished[0]["stage_seconds"]) == {"count", "square"}
    assert finished[0]["rows"] == {"numbers": 5, "squares": 5}
    assert finished[0]["started_at"] == failed["started_at"]


def test_what_breaks_unexpectedly_leaves_without_the_value_that_broke_it(start):
    def broken(run):
        raise ValueError("001203004567")

    with pytest.raises(DoichieuError) as raised:
        execute(start("a"), toy_stages([], broken), silent(), STATE)

    assert str(raised.value) == "stage square failed with ValueError; then go on with --run-id a"


def test_a_full_disk_is_the_environments_fault(start):
    def broken(run):
        raise OSError(28, os.strerror(28))

    with pytest.raises(DoichieuError, match="disk is full") as raised:
        execute(start("a"), toy_stages([], broken), silent(), STATE)

    assert raised.value.exit_code == 5


def test_a_stage_that_writes_files_says_itself_whether_they_are_there(start):
    ran = []
    stages = toy_stages(ran)
    stages["square"].WRITES = ()
    stages["square"].finished = lambda run: run.output.exists()

    execute(start("a"), stages, silent(), STATE)
    execute(start("a"), stages, silent(), STATE)
    start("a").output.mkdir()
    execute(start("a"), stages, silent(), STATE)

    assert ran == ["count", "square", "square"]


def test_one_stage_runs_again_alone_and_names_the_tables_it_misses(start):
    ran = []
    stages = toy_stages(ran)

    with pytest.raises(ConfigError, match="square reads numbers"):
        execute_one(start("a"), "square", stages["square"], silent())
    execute(start("a"), stages, silent(), STATE)
    execute_one(start("a"), "square", stages["square"], silent())

    assert ran == ["count", "square", "square"]


@pytest.mark.parametrize("status", ["finished", "updated"])
def test_a_complete_run_stays_so_when_a_stage_of_it_runs_again(start, status):
    def broken(run):
        raise LedgerError("province 56: 1 row too many")

    def told():
        return [row["status"] for row in start("a").tables.rows("runs")]

    execute(start("a"), toy_stages([]), silent(), STATE, Extent(status))
    execute_one(start("a"), "square", toy_stages([])["square"], silent())
    assert told() == [status]

    failing = toy_stages([], broken)["square"]
    failing.READS = ("numbers", "runs")  # for which it is on record as running
    with pytest.raises(LedgerError):
        execute_one(start("a"), "square", failing, silent())
    assert told() == [status]


def test_the_estimate_comes_from_the_last_finished_run_scaled_by_the_input(start):
    execute(start("a"), toy_stages([]), silent(), STATE)

    seconds, scale = history.last_times(start("b").tables, 3000)

    assert set(seconds) == {"count", "square"}
    assert scale == 3.0


def test_a_run_is_on_record_while_it_is_at_work(start):
    seen = []

    def look(run):
        squares(run)
        seen.extend(run.tables.read("runs").collect())

    execute(start("a"), toy_stages([], look), silent(), STATE)

    assert [(row["run_id"], row["status"]) for row in seen] == [("a", "running")]


def test_a_stage_that_reads_the_runs_finds_its_own_row_there(start):
    seen = []

    def look(run):
        squares(run)
        seen.extend(run.tables.read("runs").collect())

    stages = toy_stages([], look)
    stages["square"].READS = ("numbers", "runs")

    execute(start("a"), stages, silent(), STATE)

    assert [(row["run_id"], row["status"]) for row in seen] == [("a", "running")]
