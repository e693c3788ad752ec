"""Running the stages in order: go on where a killed run stopped, time them, keep the record."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from jobs import clock, history
from jobs.config import digest
from jobs.errors import ConfigError, DoichieuError
from jobs.failures import stage_failure
from jobs.fingerprint import InputState
from jobs.history import RunRecord
from jobs.progress import Estimate, Progress
from jobs.run import Run
from jobs.scratch import emptied
from transforms.waiting import name_jobs


class Extent(NamedTuple):
    """How much of the work a run does."""

    status: str = "finished"  # what `runs` says afterwards: `partial` where stages are to come
    lasting: Collection[str] = ()  # stages that another run with this fingerprint may have done
    answers: Mapping[str, str] = MappingProxyType({})  # digest of what people said, by stage


WHOLE = Extent()
# What a run stays, whichever of its stages is run again.
COMPLETE = ("finished", "updated")


def execute(
    run: Run,
    stages: Mapping[str, ModuleType],
    progress: Progress,
    state: InputState,
    extent: Extent = WHOLE,
) -> RunRecord:
    """Every one of `stages` has run exactly once for this run id, fingerprint and warehouse.

    Stages that an earlier attempt finished are passed over, up to the first one that it did not;
    from there on all run, since each may read what the one before has just written.
    """
    record = history.opened(run, state)
    last, scale = history.last_times(run.tables, state.size)
    progress.begin(run.run_id, list(stages), Estimate(list(stages), last, scale))
    ahead = passed_over(run, stages, progress, record, extent)
    record.write("running")
    try:
        for name, stage in ahead.items():
            perform(during(run, name, extent), stage, progress, record)
    except BaseException:
        written_if_possible(record, "failed")
        raise
    record.write(extent.status)
    return record


def execute_one(run: Run, name: str, stage: ModuleType, progress: Progress) -> RunRecord:
    """Stage `name` alone has run again, on the tables as they are; a complete run stays so."""
    reads = [table for table in stage.READS if table != history.TABLE]
    missing = [table for table in reads if not run.tables.exists(table)]
    if missing:
        raise ConfigError(
            f"{name} reads {', '.join(missing)}, which {run.tables.warehouse} does not hold yet; "
            "run the earlier stages first, or all with `doichieu run`"
        )
    record = history.opened(run, None)
    progress.begin(run.run_id, [name], Estimate([name], {}, 1.0))
    try:
        perform(run.during(name), stage, progress, record)
    except BaseException:
        written_if_possible(record, record.earlier or "failed")
        raise
    record.write(record.earlier if record.earlier in COMPLETE else "partial")
    return record


def passed_over(
    run: Run,
    stages: Mapping[str, ModuleType],
    progress: Progress,
    record: RunRecord,
    extent: Extent,
) -> dict[str, ModuleType]:
    """The stages still to run; each one before them is reported with the rows it wrote then."""
    ahead = dict(stages)
    for name, stage in stages.items():
        tables = during(run, name, extent).tables
        done = tables.made_alike if name in extent.lasting else tables.finished
        if not finished(run, stage, done):
            break
        del ahead[name]
        progress.resumed(name, _count(run, stage, record))
    return ahead


def during(run: Run, name: str, extent: Extent) -> Run:
    """The run in stage `name`, signing also with the answers that this stage obeys."""
    answers = extent.answers.get(name)
    commit = run.tables.commit
    signed = with_fingerprint(run, digest(commit.fingerprint, answers)) if answers else run
    return signed.during(name)


def finished(run: Run, stage: ModuleType, done: Callable[[str], bool]) -> bool:
    """Whether `stage` need not run: all its tables are `done`, its files are there.

    A stage that writes files says so itself with `finished(run)`; one with neither runs again.
    """
    files: Callable[[Run], bool] | None = getattr(stage, "finished", None)
    if not stage.WRITES and files is None:
        return False
    return all(map(done, stage.WRITES)) and (files is None or files(run))


def perform(run: Run, stage: ModuleType, progress: Progress, record: RunRecord) -> None:
    """Run one stage; whatever breaks in it leaves as an error that carries no row's value."""
    if history.TABLE in stage.READS:
        record.write("running")

    def work() -> int:
        stage.run(run)
        return _count(run, stage, record)

    timed(run, work, progress, record)


def timed(run: Run, work: Callable[[], int], progress: Progress, record: RunRecord) -> None:
    """Do the work of the run's stage, which tells of how many rows it was; keep its time."""
    name = run.tables.commit.stage
    begun = clock.seconds()
    name_jobs(run.tables.spark, name)
    with progress.working(name):
        try:
            rows = work()
        except DoichieuError:
            raise
        except Exception as error:
            raise stage_failure(name, run.run_id, error) from error
    record.stage_moved[name] = emptied(run.tables.spark)
    record.stage_seconds[name] = clock.seconds() - begun
    progress.finished(name, rows, record.stage_seconds[name])


def with_fingerprint(run: Run, fingerprint: str) -> Run:
    """The run with commits signed by the fingerprint of what it depends on."""
    commit = replace(run.tables.commit, run_id=run.run_id, fingerprint=fingerprint)
    return replace(run, tables=replace(run.tables, commit=commit))


def _count(run: Run, stage: ModuleType, record: RunRecord) -> int:
    written = {name: run.tables.written(name) for name in stage.WRITES}
    rows = {name: commit.rows for name, commit in written.items() if commit}
    record.rows.update(rows)
    return sum(rows.values())


def written_if_possible(record: RunRecord, status: str) -> None:
    """The session may be gone with what broke the run; the first error is the one to tell."""
    try:
        record.write(status)
    except Exception:  # noqa: BLE001
        return
