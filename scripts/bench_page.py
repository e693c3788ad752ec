"""The figures of the benchmark as docs/performance.md."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psutil

from jobs.config import ROOT
from scripts.worth import Worth
from transforms.costs import Costs, MeasuredRun, Size, forecast_seconds

MATCHING = ("standardise", "verify", "block", "score", "link")
GIB = 2**30
HEAD = """# Performance
Measured by `make bench {options}` on {machine}, code of {revision}. Written by that command;
do not edit.

From registers as ingested to `links` (standardise, verify, block, score, link), start-up included;
the peer from files to links, on its own engine and, where asked for, with its settings on Spark
and the same local master. Medians of so many rounds; these alternate between the engines.

| residents | engine | rounds | seconds | of the peer | peak memory | of the peer |
|---:|---|---:|---:|---:|---:|---:|
"""
STAGES = """
| residents | {names} | start-up and the rest |
|---:|{lines}---:|
"""
GROWTH = """
| residents | times the residents | times the seconds | times the peak |
|---|---:|---:|---:|
"""
LIMITS = """
The physical limit: Spark scans the columns that matching reads, once, and shuffles the keys that
profiles and residents of blocks have (a key and an id, 64 bits each), once.

| residents | pairs | a second and core | shuffled | scan | keys | their shuffle | time / limit |
|---:|---:|---:|---:|---:|---:|---:|---:|
"""
SCALING = """
From registers as ingested to `links` with all processes held to one core, once;
`times as fast` are all cores.

| residents | on one core | on {cores} | times as fast | {names} |
|---:|---:|---:|---:|{lines}
"""
WHOLE = """
From the registers' files to `corrections`, everything but the lists, once, start-up included.

| residents | seconds | of the peer | peak memory |
|---:|---:|---:|---:|
"""
WORTH = """
What this is worth: dose rows, against the truth, which no engine was shown.

| residents | engine | linked | wrongly | precision | recall | F1 |
|---:|---|---:|---:|---:|---:|---:|
"""
DAYS = """
One row in a hundred of a register, half of them new: `doichieu update` (docs/update.md), once.

| residents | rows of | seconds | of the whole run | peak memory |
|---:|---|---:|---:|---:|
"""
FORECAST = """
What `doichieu plan` would have said of the largest nation, knowing the others only.

| residents | forecast | measured in stages | forecast / measured |
|---:|---:|---:|---:|
"""
FEWEST_TO_FORECAST = 3


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


class Outcome(NamedTuple):
    """All runs of one size."""

    residents: int
    engines: Mapping[str, Sequence[Measured]]
    one_core: Measured | None
    limit: Limit
    whole: Measured  # files to corrections
    worth: Mapping[str, Worth]  # by engine
    days: Mapping[str, Measured]  # by the registers whose rows came
    cost: MeasuredRun  # of that run, stage by stage


def page(outcomes: Sequence[Outcome]) -> str:
    """The whole page; where no peer ran, its columns say so."""
    rounds = len(outcomes[0].engines["doichieu"])
    sizes = " ".join(str(outcome.residents) for outcome in outcomes)
    options = f'RESIDENTS="{sizes}" ROUNDS={rounds}'
    if on_spark := outcomes[0].engines.get("peer on Spark"):
        options += f" ON_SPARK={len(on_spark)}"
    names = [name for name in MATCHING if name in seconds_by_stage(outcomes[0])]
    text = HEAD.format(options=options, machine=machine(), revision=revision())
    text += "".join(row(cells) for outcome in outcomes for cells in engine_rows(outcome))
    text += STAGES.format(names=" | ".join(names), lines="---:|" * len(names))
    text += "".join(row(stage_cells(outcome, names)) for outcome in outcomes)
    if len(outcomes) > 1:
        text += GROWTH + "".join(row(growth_cells(*pair)) for pair in pairwise(outcomes))
    text += scaling(outcomes, names)
    text += LIMITS + "".join(row(limit_cells(outcome)) for outcome in outcomes)
    text += WHOLE + "".join(row(whole_cells(outcome)) for outcome in outcomes)
    text += WORTH + "".join(row(cells) for outcome in outcomes for cells in worth_rows(outcome))
    text += DAYS + "".join(row(cells) for outcome in outcomes for cells in day_rows(outcome))
    if len(outcomes) >= FEWEST_TO_FORECAST:
        text += FORECAST + row(forecast_cells([outcome.cost for outcome in outcomes]))
    return text


def scaling(outcomes: Sequence[Outcome], names: Sequence[str]) -> str:
    """Nothing where no size ran on one core."""
    rows = "".join(row(one_core_cells(o, o.one_core, names)) for o in outcomes if o.one_core)
    columns = {"names": " | ".join(names), "lines": "---:|" * len(names)}
    return SCALING.format(cores=os.cpu_count(), **columns) + rows if rows else ""


def one_core_cells(outcome: Outcome, alone: Measured, names: Sequence[str]) -> list[str]:
    stages, alone_stages = seconds_by_stage(outcome), alone.told["stage_seconds"]
    took = median(run.seconds for run in outcome.engines["doichieu"])
    return [f"{outcome.residents:,}", f"{alone.seconds:.0f} s", f"{took:.0f} s",
            f"{alone.seconds / took:.2f} ×",
            *(f"{alone_stages[name] / stages[name]:.2f} ×" for name in names)]  # fmt: skip


def whole_cells(outcome: Outcome) -> list[str]:
    whole, peer = outcome.whole, outcome.engines.get("peer")
    ratio = f"{whole.seconds / median(run.seconds for run in peer):.2f} ×" if peer else "no peer"
    return [f"{outcome.residents:,}", f"{whole.seconds:.0f}", ratio, f"{whole.peak:.1f} GiB"]


def worth_rows(outcome: Outcome) -> list[list[str]]:
    size = f"{outcome.residents:,}"
    return [[size, engine, *worth.told()] for engine, worth in outcome.worth.items()]


def day_rows(outcome: Outcome) -> list[list[str]]:
    size, whole = f"{outcome.residents:,}", outcome.whole.seconds
    return [
        [size, of, f"{day.seconds:.0f}", f"{day.seconds / whole:.0%}", f"{day.peak:.1f} GiB"]
        for of, day in outcome.days.items()
    ]


def forecast_cells(runs: Sequence[MeasuredRun]) -> list[str]:
    """The largest run beside what the others forecast of it."""
    *others, largest = sorted(runs, key=lambda run: run.rows)
    size = Size(residents=largest.residents, doses=largest.doses, cores=largest.cores)
    expected = forecast_seconds(Costs(machine=machine(), runs=tuple(others)), size)
    took = sum(use.seconds for use in largest.stages.values())
    return [f"{largest.residents:,}", f"{expected:.0f} s", f"{took:.0f} s",
            f"{expected / took:.2f}"]  # fmt: skip


def engine_rows(outcome: Outcome) -> list[list[str]]:
    peer = outcome.engines.get("peer")
    rows = []
    for name, runs in outcome.engines.items():
        took, peak = median(run.seconds for run in runs), median(run.peak for run in runs)
        slower = f"{took / median(run.seconds for run in peer):.2f} ×" if peer else "no peer"
        larger = f"{peak / median(run.peak for run in peer):.2f} ×" if peer else "no peer"
        size, rounds = f"{outcome.residents:,}", f"{len(runs)}"
        rows.append([size, name, rounds, f"{took:.0f}", slower, f"{peak:.1f} GiB", larger])
    return rows


def seconds_by_stage(outcome: Outcome) -> dict[str, float]:
    """Median seconds of each stage of ours."""
    runs = [run.told["stage_seconds"] for run in outcome.engines["doichieu"]]
    return {name: median(run[name] for run in runs) for name in runs[0] if name in MATCHING}


def stage_cells(outcome: Outcome, names: Sequence[str]) -> list[str]:
    stages = seconds_by_stage(outcome)
    rest = median(run.seconds for run in outcome.engines["doichieu"]) - sum(stages.values())
    return [f"{outcome.residents:,}", *(f"{stages[name]:.0f}" for name in names), f"{rest:.0f}"]


def growth_cells(small: Outcome, large: Outcome) -> list[str]:
    """How much more the larger nation took of ours."""
    runs = [outcome.engines["doichieu"] for outcome in (small, large)]
    seconds, peaks = (
        [median(getattr(run, name) for run in of) for of in runs] for name in ("seconds", "peak")
    )
    return [f"{small.residents:,} → {large.residents:,}",
            *(f"{after / before:.2f} ×" for before, after in
              ((small.residents, large.residents), seconds, peaks))]  # fmt: skip


def limit_cells(outcome: Outcome) -> list[str]:
    runs, (scan, shuffle, keys, pairs) = outcome.engines["doichieu"], outcome.limit
    took = median(run.seconds for run in runs)
    rate = pairs / took / (os.cpu_count() or 1)
    matching = (use for name, use in outcome.cost.stages.items() if name in MATCHING)
    moved = sum(use.shuffle_bytes for use in matching) / GIB
    return [f"{outcome.residents:,}", f"{pairs:,}", f"{rate:,.0f}", f"{moved:.2f} GiB",
            f"{scan:.1f} s", f"{keys:,}", f"{shuffle:.1f} s",
            f"{took / (scan + shuffle):.1f}"]  # fmt: skip


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def machine() -> str:
    """What the figures were measured on."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = psutil.virtual_memory().total / GIB
    processor = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GiB"


def revision() -> str:
    """The commit that the code measured is of, short; of an unpacked archive nothing is known."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "an unknown commit"
