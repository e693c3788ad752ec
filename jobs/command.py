"""From a command line's words to a run: settings read, warehouse locked, Spark started."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from pyspark.sql import SparkSession

from jobs import clock, draft, lock, machine
from jobs.administered import keep_administered
from jobs.config import DEFAULT_MATCHING, Matching, Settings, digest, load
from jobs.delta_log import refuse_no_warehouse
from jobs.errors import ConfigError, SetupError
from jobs.execution import Extent, execute, execute_one, with_fingerprint
from jobs.fingerprint import answers_state, code_version, config_hash, input_state
from jobs.history import RunRecord
from jobs.launch import session
from jobs.list_passwords import list_passwords, refuse_strangers
from jobs.pilot import pilot
from jobs.pipeline import FROM_ANSWERS, FROM_REGISTERS, STAGES
from jobs.progress import progress
from jobs.reference import refuse_damaged
from jobs.run import Inputs, Run
from jobs.summary import summary
from jobs.tables import Commit, Tables

Starting = Callable[[Settings, str, Path], AbstractContextManager[SparkSession]]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asked for."""

    warehouse: Path
    conf: Path
    matching: Path | None
    residents: str = ""
    doses: str = ""
    run_id: str | None
    quiet: bool
    as_json: bool
    until: str | None = None  # the last stage to run
    administered: str | None = None  # the file of doses given
    anew: bool = False  # also what has not changed since an earlier run
    passwords: Path | None = None  # file of passwords, before that of the settings


def logs(warehouse: Path) -> Path:
    """Where traces and Spark's own messages of a warehouse go."""
    return warehouse / "logs"


def reconcile(request: Request) -> dict[str, object]:
    """Run all stages, or those up to the one named; returns the facts of the run so far."""
    run_id = checked(request.run_id or clock.run_id())
    stages = up_to(request.until)
    with at_work(request, run_id) as run:
        state = input_state(run.tables.spark, run.inputs)
        signed = with_fingerprint(run, digest(state.hash, *depends_on(run)))
        told = progress(quiet=request.quiet, as_json=request.as_json)
        if request.administered:
            keep_administered(signed.tables, request.administered)
        # A database is known by its address alone: whether its rows are the same cannot be seen.
        taken_over = not request.anew and state.size is not None
        extent = Extent(
            "finished" if len(stages) == len(STAGES) else "partial",
            (*FROM_REGISTERS, *FROM_ANSWERS) if taken_over else (),
            dict.fromkeys(FROM_ANSWERS, answers_state(run.tables)),
        )
        record = execute(signed, stages, told, state, extent)
        return summary(signed, record)


def up_to(last: str | None) -> dict[str, ModuleType]:
    """The stages in order, the last of them the one named; all where none is."""
    if last is not None and last not in STAGES:
        raise ConfigError(f"--until {last}: no such stage; there are {', '.join(STAGES)}")
    names = list(STAGES)
    return {name: STAGES[name] for name in names[: names.index(last) + 1 if last else None]}


def one_stage(request: Request, name: str) -> dict[str, object]:
    """Run one stage by itself; the registers are needed by a stage that reads no table."""
    stage = STAGES.get(name)
    if stage is None:
        raise ConfigError(f"{name}: no such stage; there are {', '.join(STAGES)}")
    if not stage.READS and not (request.residents and request.doses):
        raise ConfigError(f"{name} reads the registers; give --residents and --doses")
    with at_work(request, checked(request.run_id or clock.run_id())) as run:
        joined = run if request.run_id else going_on(run, stage.READS)
        signed = with_fingerprint(joined, digest("one stage", *depends_on(joined)))
        told = progress(quiet=request.quiet, as_json=request.as_json)
        record: RunRecord = execute_one(signed, name, stage, told)
        return summary(signed, record)


def trial(request: Request, provinces: tuple[str, ...]) -> dict[str, object]:
    """Publish lists of some provinces as a pilot, from the tables of the last run."""
    with at_work(request, checked(request.run_id or clock.run_id())) as run:
        if not run.tables.exists("corrections"):
            raise ConfigError(f"{run.tables.warehouse}: nothing to list yet; run `doichieu run`")
        return pilot(going_on(run, ("corrections",)), provinces)


def checked(run_id: str) -> str:
    """A run id that can stand in file names and tables."""
    if not run_id.replace("-", "").replace("_", "").isalnum() or not run_id.isascii():
        raise ConfigError(f"--run-id {run_id}: only letters, digits, - and _ can be used")
    return run_id


@contextmanager
def opened(warehouse: Path, conf: Path, name: str) -> Iterator[Tables]:
    """The tables of an existing warehouse, for reading."""
    refuse_no_warehouse(warehouse)
    settings = load(conf, Settings)
    draft.roll_forward(warehouse)
    with session(settings, f"doichieu {name}", logs(warehouse)) as spark:
        yield Tables(spark, str(warehouse.resolve()))


@contextmanager
def at_work(request: Request, run_id: str, starting: Starting | None = None) -> Iterator[Run]:
    """A run that has the warehouse for itself, in a session that is `starting`: now, as a rule."""
    settings, matching = (
        load(request.conf, Settings),
        load(matching_file(request.conf, request.matching), Matching),
    )
    refuse_damaged(settings.reference_dir)
    settings = with_passwords(settings, request.passwords)
    warehouse = request.warehouse.resolve()
    _room(warehouse, settings.run_disk_gib_free)
    with (
        lock.held(warehouse, run_id),
        (starting or session)(settings, f"doichieu {run_id}", logs(warehouse)) as spark,
    ):
        draft.finish(warehouse)
        tables = Tables(spark, str(warehouse), Commit(run_id))
        yield Run(tables, settings, matching, Inputs(request.residents, request.doses), run_id)


def with_passwords(settings: Settings, path: Path | None) -> Settings:
    """The settings with the file of passwords named; an error now where it is no good."""
    chosen = settings.model_copy(update={"passwords": path}) if path else settings
    refuse_strangers(list_passwords(chosen.passwords), chosen.reference_dir)
    return chosen


def _room(warehouse: Path, gib: float) -> None:
    disk = machine.disk(str(warehouse), gib)
    if not disk.ok:
        raise SetupError(f"{disk.found}; look for space with: {disk.mend}")


def matching_file(conf: Path, named: Path | None) -> Path:
    """The file named, else the one beside the settings, else the shipped one."""
    beside = conf.parent / "matching.toml"
    return named or (beside if beside.exists() else DEFAULT_MATCHING)


def depends_on(run: Run) -> tuple[str, str]:
    """Digests of the settings that decide and of the code."""
    return config_hash(run.matching, run.settings.reference_dir), code_version()


def going_on(run: Run, reads: tuple[str, ...]) -> Run:
    """The run that wrote last of what the stage reads; it may have taken over the rest."""
    made = {name for stage in STAGES.values() for name in stage.WRITES}
    found = [written for name in reads if name in made and (written := run.tables.written(name))]
    if not found:
        return run
    return replace(run, run_id=max(found, key=lambda written: written.at).commit.run_id)
