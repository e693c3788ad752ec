"""What a run will cost: measured runs of several sizes in, a forecast for any size and cores out.

Each figure of a stage is fixed + slope · size, fitted through the measured sizes: the fixed part is
work of the driver, which no core shares; the slope is divided among the cores (Amdahl's law).
"""

from collections.abc import Callable, Sequence
from math import ceil, log

import numpy as np
from pydantic import BaseModel, Field, field_validator

# Stages that work on candidate pairs; the others work on the registers' rows.
ON_PAIRS = ("score", "link")
# Pairs of namesakes grow with the square of a nation, all others with the nation.
LEAST_GROWTH, MOST_GROWTH = 1.0, 2.0
BYTES_PER_PARTITION = 128 * 2**20
TASKS_PER_CORE = 3


class StageUse(BaseModel, frozen=True, extra="forbid"):
    """What one stage took: wall seconds, bytes shuffled and written, memory of its largest task."""

    seconds: float = Field(ge=0)
    shuffle_bytes: int = Field(ge=0)
    disk_bytes: int = Field(ge=0)
    task_memory_bytes: int = Field(ge=0)


class MeasuredRun(BaseModel, frozen=True, extra="forbid"):
    """One run: how large its nation was, on how many cores and partitions, and every stage."""

    residents: int = Field(ge=1)
    doses: int = Field(ge=1)
    pairs: int = Field(ge=1)
    cores: int = Field(ge=1)
    partitions: int = Field(ge=1)
    stages: dict[str, StageUse]

    @property
    def rows(self) -> int:
        return self.residents + self.doses


class Costs(BaseModel, frozen=True, extra="forbid"):
    """What was measured, on which machine; runs of at least two sizes, the smallest first."""

    machine: str
    runs: tuple[MeasuredRun, ...] = Field(min_length=2)

    @field_validator("runs")
    @classmethod
    def _in_order(cls, runs: tuple[MeasuredRun, ...]) -> tuple[MeasuredRun, ...]:
        if len({run.rows for run in runs}) < len(runs):
            raise ValueError("two runs of one size; a line needs different ones")
        return tuple(sorted(runs, key=lambda run: run.rows))


class Size(BaseModel, frozen=True):
    """The nation and the cluster that are asked about."""

    residents: int = Field(ge=1)
    doses: int = Field(ge=1)
    cores: int = Field(ge=1)


def forecast(costs: Costs, size: Size) -> dict[str, object]:
    """Pairs, partitions, shuffle, disk, memory and time, in all and per stage."""
    stages = expected_stages(costs, size)
    shuffled = [stage["shuffle_bytes"] for stage in stages.values()]
    partitions = max(ceil(max(shuffled) / BYTES_PER_PARTITION), TASKS_PER_CORE * size.cores)
    return {
        "candidate pairs": expected_pairs(costs.runs, size.residents + size.doses),
        "shuffle partitions": partitions,
        "minutes in all": round(forecast_seconds(costs, size) / 60, 1),
        "GiB shuffled in all": round(sum(shuffled) / 2**30, 1),
        "GiB of warehouse": round(sum(s["disk_bytes"] for s in stages.values()) / 2**30, 1),
        "stages": {
            name: _told(stage, _task_memory(costs.runs, name, size, partitions))
            for name, stage in stages.items()
        },
    }


def forecast_seconds(costs: Costs, size: Size) -> float:
    """Of all stages, one after the other."""
    return sum(stage["seconds"] for stage in expected_stages(costs, size).values())


def expected_stages(costs: Costs, size: Size) -> dict[str, dict[str, float]]:
    """Seconds, shuffled bytes and bytes on disk of each stage that the largest run had."""
    pairs = expected_pairs(costs.runs, size.residents + size.doses)
    return {name: _stage(costs.runs, name, size, pairs) for name in costs.runs[-1].stages}


def expected_pairs(runs: Sequence[MeasuredRun], rows: int) -> int:
    """Candidate pairs of a nation with so many rows: a power law through the two largest runs.

    In small nations there are few namesakes; their growth says too little of a large one's.
    """
    before, largest = runs[-2:]
    seen = log(largest.pairs / before.pairs) / log(largest.rows / before.rows)
    growth = min(max(seen, LEAST_GROWTH), MOST_GROWTH)
    times: float = (rows / largest.rows) ** growth
    return round(largest.pairs * times)


def fitted(sizes: Sequence[float], costs: Sequence[float]) -> tuple[float, float]:
    """(fixed, slope) of the line through the measured costs; neither is ever below zero.

    The largest run, which is the nearest to what is asked, is met exactly; sizes that are all the
    same say nothing of a fixed part.
    """
    at, cost = np.asarray(sizes, dtype=float), np.asarray(costs, dtype=float)
    apart, dearer = at[-1] - at[:-1], cost[-1] - cost[:-1]
    proportional = float(cost[-1] / at[-1])
    if not apart.any():
        return 0.0, proportional
    slope = min(max(float((dearer * apart).sum() / (apart**2).sum()), 0.0), proportional)
    return float(cost[-1]) - slope * float(at[-1]), slope


def _stage(runs: Sequence[MeasuredRun], name: str, size: Size, pairs: int) -> dict[str, float]:
    asked = pairs if name in ON_PAIRS else size.residents + size.doses
    measured = [run.pairs if name in ON_PAIRS else run.rows for run in runs]

    def line(figure: Callable[[StageUse], float]) -> tuple[float, float]:
        return fitted(measured, [figure(run.stages[name]) for run in runs])

    fixed, slope = line(lambda use: use.seconds)
    shuffled, moved = line(lambda use: use.shuffle_bytes)
    written, kept = line(lambda use: use.disk_bytes)
    return {
        "seconds": fixed + slope * asked * runs[-1].cores / size.cores,
        "shuffle_bytes": shuffled + moved * asked,
        "disk_bytes": written + kept * asked,
    }


def _task_memory(runs: Sequence[MeasuredRun], name: str, size: Size, partitions: int) -> float:
    """Of the largest task: it grows with the rows that fall to one partition."""
    largest = runs[-1]
    rows_each = (size.residents + size.doses) / partitions
    share = rows_each / (largest.rows / largest.partitions)
    return largest.stages[name].task_memory_bytes * max(share, 1.0)


def _told(stage: dict[str, float], task_memory: float) -> dict[str, object]:
    return {
        "seconds": round(stage["seconds"], 1),
        "shuffle GiB": round(stage["shuffle_bytes"] / 2**30, 3),
        "disk GiB": round(stage["disk_bytes"] / 2**30, 3),
        "MiB per task": round(task_memory / 2**20),
    }
