"""What the benchmark has measured of one size, as it is kept beside the nation."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psutil
from pydantic import BaseModel, ValidationError

from scripts.worth import Worth
from transforms.costs import MeasuredRun

OURS, PEER, ON_SPARK = "doichieu", "peer", "peer on Spark"  # engines
GIB = 2**30
FILE = "outcome.json"


class Measured(NamedTuple):
    """One run: wall seconds, peak memory of all its processes in GiB, what it said."""

    seconds: float
    peak: float
    told: dict[str, Any]


class Limit(NamedTuple):
    """Seconds of the scan, and of the shuffle of so many keys, that nothing on Spark can do
    without; pairs made of them.
    """

    scan: float
    shuffle: float
    keys: int
    pairs: int


class Origin(NamedTuple):
    """Which code was measured, on which day, by which command."""

    revision: str
    date: str
    command: str


class Wholes(NamedTuple):
    """Runs from files to corrections, all alike: what their links are worth, by engine, the days
    upon each, by the registers whose rows came, and what one of them cost, stage by stage.
    """

    runs: Sequence[Measured]
    worth: Mapping[str, Worth]
    days: Mapping[str, Sequence[Measured]]
    cost: MeasuredRun


class Outcome(BaseModel, frozen=True, extra="forbid"):
    """All runs of one size."""

    residents: int
    origin: Origin
    engines: Mapping[str, Sequence[Measured]]
    one_core: Measured | None
    limit: Limit
    whole: Wholes

    @property
    def ours(self) -> Sequence[Measured]:
        """From registers as ingested to links."""
        return self.engines[OURS]

    @property
    def peer(self) -> Sequence[Measured] | None:
        """On its own engine; nothing where it was not there or not asked for so large a nation."""
        return self.engines.get(PEER)


def keep(outcome: Outcome, folder: Path) -> None:
    """In the folder of its size, instead of what was known of it."""
    (folder / FILE).write_text(outcome.model_dump_json(indent=1), encoding="utf-8")


def kept(work: Path) -> list[Outcome]:
    """Of all sizes measured so far below `work`, the smallest first.

    Raises:
        SystemExit: a file is of another benchmark than this.
    """
    found = [read(file) for file in work.glob(f"*/{FILE}")]
    return sorted(found, key=lambda outcome: outcome.residents)


def read(file: Path) -> Outcome:
    """What `keep` wrote; SystemExit where it is of another benchmark than this."""
    try:
        return Outcome.model_validate_json(file.read_bytes())
    except ValidationError:
        raise SystemExit(
            f"{file}: not what this benchmark measures; remove it, and measure its size anew"
        ) from None


def seconds(runs: Sequence[Measured]) -> float:
    """Median wall seconds."""
    return median(run.seconds for run in runs)


def peak(runs: Sequence[Measured]) -> float:
    """Median peak memory in GiB."""
    return median(run.peak for run in runs)


def machine() -> str:
    """What the figures were measured on."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = psutil.virtual_memory().total / GIB
    processor = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GiB"
