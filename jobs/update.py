"""An update: the steps of a day's rows in order, and the one moment in which all becomes true."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from jobs import clock, history
from jobs.command import Request, at_work, checked, depends_on, up_to
from jobs.config import digest
from jobs.delta_log import Row
from jobs.draft import Draft
from jobs.errors import ConfigError
from jobs.execution import timed, with_fingerprint, written_if_possible
from jobs.fingerprint import InputState, input_state
from jobs.history import RunRecord
from jobs.launch import session_if_needed
from jobs.progress import Estimate, Lines, progress
from jobs.run import Run
from jobs.scratch import scratch
from jobs.summary import summary
from jobs.tables import Tables
from jobs.updating import identify, receive, settle
from jobs.updating.day import Day
from transforms import here

# Of files of so many bytes: what comes of them is little, of whatever else a day reads.
SMALL_DAY = 32 * 2**20
T = TypeVar("T")
IDENTIFYING = (identify.verify, identify.block, identify.score, identify.link)
# Shares of the time, of a day of one row in a hundred of four million residents.
STEPS = {
    "receive": 10.7,
    "verify": 18.9,
    "block": 18.9,
    "score": 15.6,
    "link": 1.3,
    "gather": 13.8,
    "cluster": 2.2,
    "deduplicate": 2.7,
    "classify": 2.5,
    "correct": 6.5,
    "balance": 5.1,
    "commit": 1.8,
}


def updated(request: Request) -> dict[str, object]:
    """The day's rows taken in; the facts of what has come of it.

    Files that have been taken in already, by an update that was killed before it could say so, are
    not taken in again.
    """
    run_id = checked(request.run_id or clock.run_id())
    with at_work(request, run_id, session_if_needed) as run:
        state = input_state(run.tables.spark, run.inputs)
        last = last_made(run)
        if is_taken_in(last, state):
            return told_already(run, last, state)
        refuse_known(run, state)
        if state.size is not None and state.size <= SMALL_DAY:
            here.make_all(run.tables.spark)
        signed = with_fingerprint(run, digest(last["fingerprint"], state.hash))
        record = history.opened(signed, state, builds_on=last["run_id"])
        told = progress(quiet=request.quiet, as_json=request.as_json)
        told.begin(run_id, list(STEPS), Estimate(list(STEPS), STEPS, 1.0))
        record.write("running")
        try:
            take_in(signed, told, record)
        except BaseException:
            written_if_possible(record, "failed")
            raise
        record.write("updated")
        return summary(signed, record)


def is_taken_in(last: Row, state: InputState) -> bool:
    """Whether the last update was of these very files. A database is known by its address alone:
    whether its rows are the same cannot be seen.
    """
    same = last["inputs"].get("hash") == state.hash
    return same and state.size is not None and history.BUILDS_ON in last["inputs"]


def refuse_known(run: Run, state: InputState) -> None:
    """Whoever begins an update again may; no other run's record is written over.

    Raises:
        ConfigError: the name is taken.
    """
    for row in run.tables.rows(history.TABLE):
        if row["run_id"] == run.run_id and dict(row["inputs"]).get("hash") != state.hash:
            raise ConfigError(f"--run-id {run.run_id}: another run has this name; choose a new one")


def told_already(run: Run, last: Row, state: InputState) -> dict[str, object]:
    """The facts of the update that has taken these very files in."""
    before = replace(run, run_id=last["run_id"])
    record = history.opened(before, state, builds_on=last["inputs"][history.BUILDS_ON])
    record.write("updated")
    return summary(before, record)


class Steps:
    """Does one step of a day after the other, told and timed as the stages of a run are."""

    def __init__(self, draft: Draft, told: Lines, record: RunRecord) -> None:
        self._draft, self._told, self._record = draft, told, record

    def do(self, name: str, work: Callable[[], T]) -> T:
        """What the step comes to; its rows are those that it adds to the draft."""
        made: list[T] = []

        def rows() -> int:
            before = self._draft.rows
            made.append(work())
            return self._draft.rows - before

        timed(self._record.run.during(name), rows, self._told, self._record)
        return made[0]


def take_in(run: Run, told: Lines, record: RunRecord) -> None:
    """All tables as they will be, then all at once."""
    tables = run.tables
    with scratch(tables.spark, tables.path("_updating")) as disk:
        day = Day(run, Draft(tables), disk)
        steps = Steps(day.draft, told, record)
        for step in (receive.receive, *IDENTIFYING):
            steps.do(step.__name__, partial(step, day))
        people = steps.do("gather", partial(settle.gather, day))
        for name, settled in settle.STAGES.items():
            steps.do(name, partial(settled, people))
        steps.do("balance", partial(settle.balance, day))
        steps.do("commit", day.draft.made)
        written = {name: tables.written(name) for name in day.draft.changes}
        record.rows.update({name: found.rows for name, found in written.items() if found})


def last_made(run: Run) -> Row:
    """The row of the run that an update builds upon, with the `fingerprint` of what it made.

    Raises:
        ConfigError: nothing is there to build upon, or it was made otherwise.
    """
    tables = run.tables
    written = tables.written("corrections")
    rows = {row["run_id"]: row for row in tables.rows(history.TABLE)}
    if written is None or written.commit.run_id not in rows:
        raise ConfigError(f"{tables.warehouse}: nothing to update yet; begin with `doichieu run`")
    last = rows[written.commit.run_id]
    if (newest := last_writer(tables)) != last["run_id"]:
        raise ConfigError(
            f"run {newest} has begun and not come to its corrections; go on with it by "
            f"`doichieu run --run-id {newest}`, then update"
        )
    if (last["config_hash"], last["code_version"]) != depends_on(run):
        raise ConfigError(
            f"settings or code have changed since run {last['run_id']}; run everything again with "
            "`doichieu run`, then update"
        )
    return last | {"inputs": dict(last["inputs"]), "fingerprint": written.commit.fingerprint}


def last_writer(tables: Tables) -> str:
    """The run of the newest commit among all tables up to the corrections, which are there.

    Tables are asked and not `runs`: a run that was refused its files is on record and wrote none.
    """
    names = [name for stage in up_to("correct").values() for name in stage.WRITES]
    found = [written for name in names if (written := tables.written(name))]
    return max(found, key=lambda written: written.at).commit.run_id
