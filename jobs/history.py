"""The `runs` table: one row per run, rewritten as the run goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from jobs import clock
from jobs.delta_log import Row
from jobs.files import without_secrets
from jobs.fingerprint import InputState, code_version, config_hash
from jobs.run import Run
from jobs.tables import Tables
from transforms.schemas import RUN

TABLE = "runs"
BUILDS_ON = "builds_on"


@dataclass
class RunRecord:
    """What is known of one run so far; stages add to it."""

    run: Run
    inputs: dict[str, str]
    input_bytes: int | None
    started_at: datetime = field(default_factory=clock.now)
    stage_seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    # Bytes that this attempt's tasks left for each other on disk, past Spark: not kept in `runs`.
    stage_moved: dict[str, int] = field(default_factory=dict)
    earlier: str | None = None  # what `runs` said of it before

    def write(self, status: str) -> None:
        """Put the row of this run into `runs`: running, finished, partial, updated or failed."""
        run = self.run
        row = (
            run.run_id,
            self.started_at,
            None if status == "running" else clock.now(),
            status,
            self.inputs,
            self.input_bytes,
            config_hash(run.matching, run.settings.reference_dir),
            code_version(),
            self.stage_seconds,
            self.rows,
        )
        run.tables.during(TABLE).put_row(TABLE, row, RUN)


def opened(run: Run, state: InputState | None, builds_on: str = "") -> RunRecord:
    """The record of `run`, going on from the row that an earlier attempt has left.

    Without `state` (one stage by itself, no registers named) the inputs are that row's. An update
    says which run it `builds_on`.
    """
    earlier = _row(run.tables, run.run_id)
    inputs: dict[str, str] = dict(earlier["inputs"]) if earlier else {}
    size: int | None = earlier["input_bytes"] if earlier else None
    if state:
        addresses = {"residents": run.inputs.residents, "doses": run.inputs.doses}
        shown = {name: without_secrets(address) for name, address in addresses.items()}
        inputs, size = shown | {"hash": state.hash}, state.size
        if builds_on:
            inputs[BUILDS_ON] = builds_on
    if earlier is None:
        return RunRecord(run, inputs, size)
    began = earlier["started_at"].replace(tzinfo=UTC)
    seconds, rows = dict(earlier["stage_seconds"]), dict(earlier["rows"])
    return RunRecord(run, inputs, size, began, seconds, rows, earlier=earlier["status"])


def last_times(tables: Tables, size: int | None) -> tuple[Mapping[str, float], float]:
    """Each stage's time when it last ran, and how many times the last run's input today's is."""
    rows = [row for row in tables.rows(TABLE) if row["status"] == "finished"]
    if not rows:
        return {}, 1.0
    rows.sort(key=lambda row: row["started_at"])
    seconds = {stage: took for row in rows for stage, took in row["stage_seconds"]}
    before = rows[-1]["input_bytes"]
    return seconds, size / before if size and before else 1.0


def _row(tables: Tables, run_id: str) -> Row | None:
    return next((row for row in tables.rows(TABLE) if row["run_id"] == run_id), None)
