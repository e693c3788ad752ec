"""The figures of the benchmark as docs/performance.md."""

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from scripts.outcome import GIB, Measured, Outcome, machine, peak, seconds
from transforms.costs import Costs, MeasuredRun, Size, forecast_seconds

MATCHING = ("standardise", "verify", "block", "score", "link")
HEAD = """# Performance
Measured on {machine}. Written by the commands below; do not edit.

| residents | measured by | on | code of |
|---:|---|---|---|
"""
ENGINES = """
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
From the registers' files to `corrections`, everything but the lists, start-up included; medians.

| residents | rounds | seconds | of the peer | peak memory |
|---:|---:|---:|---:|---:|
"""
WORTH = """
What this is worth: dose rows, against the truth, which no engine was shown.

| residents | engine | linked | wrongly | precision | recall | F1 |
|---:|---|---:|---:|---:|---:|---:|
"""
DAYS = """
One row in a hundred of a register, half of them new: `doichieu update` (docs/update.md) upon
each of these whole runs; medians.

| residents | rows of | rounds | seconds | of the whole run | peak memory |
|---:|---|---:|---:|---:|---:|
"""
FORECAST = """
What `doichieu plan` would have said of the largest nation, knowing the others only.

| residents | forecast | measured in stages | forecast / measured |
|---:|---:|---:|---:|
"""
FEWEST_TO_FORECAST = 3


def page(outcomes: Sequence[Outcome]) -> str:
    """The whole page; where no peer ran, its columns say so."""
    names = [name for name in MATCHING if name in seconds_by_stage(outcomes[0])]
    text = HEAD.format(machine=machine()) + "".join(row(origin_cells(o)) for o in outcomes)
    text += ENGINES + "".join(row(cells) for o in outcomes for cells in engine_rows(o))
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
        text += FORECAST + row(forecast_cells([outcome.whole.cost for outcome in outcomes]))
    return text


def origin_cells(outcome: Outcome) -> list[str]:
    revision, date, command = outcome.origin
    return [f"{outcome.residents:,}", f"`{command}`", date, revision]


def scaling(outcomes: Sequence[Outcome], names: Sequence[str]) -> str:
    """Nothing where no size ran on one core."""
    rows = "".join(row(one_core_cells(o, o.one_core, names)) for o in outcomes if o.one_core)
    columns = {"names": " | ".join(names), "lines": "---:|" * len(names)}
    return SCALING.format(cores=os.cpu_count(), **columns) + rows if rows else ""


def one_core_cells(outcome: Outcome, alone: Measured, names: Sequence[str]) -> list[str]:
    stages, alone_stages = seconds_by_stage(outcome), alone.told["stage_seconds"]
    took = seconds(outcome.ours)
    return [f"{outcome.residents:,}", f"{alone.seconds:.0f} s", f"{took:.0f} s",
            f"{alone.seconds / took:.2f} ×",
            *(f"{alone_stages[name] / stages[name]:.2f} ×" for name in names)]  # fmt: skip


def whole_cells(outcome: Outcome) -> list[str]:
    wholes, peer = outcome.whole.runs, outcome.peer
    ratio = f"{seconds(wholes) / seconds(peer):.2f} ×" if peer else "no peer"
    size, rounds = f"{outcome.residents:,}", f"{len(wholes)}"
    return [size, rounds, f"{seconds(wholes):.0f}", ratio, f"{peak(wholes):.1f} GiB"]


def worth_rows(outcome: Outcome) -> list[list[str]]:
    size = f"{outcome.residents:,}"
    return [[size, engine, *worth.told()] for engine, worth in outcome.whole.worth.items()]


def day_rows(outcome: Outcome) -> list[list[str]]:
    return [[f"{outcome.residents:,}", of, *day_cells(days, outcome.whole.runs)]
            for of, days in outcome.whole.days.items()]  # fmt: skip


def day_cells(days: Sequence[Measured], wholes: Sequence[Measured]) -> list[str]:
    took, share = seconds(days), seconds(days) / seconds(wholes)
    return [f"{len(days)}", f"{took:.0f}", f"{share:.0%}", f"{peak(days):.1f} GiB"]


def forecast_cells(runs: Sequence[MeasuredRun]) -> list[str]:
    """The largest run beside what the others forecast of it."""
    *others, largest = sorted(runs, key=lambda run: run.rows)
    size = Size(residents=largest.residents, doses=largest.doses, cores=largest.cores)
    expected = forecast_seconds(Costs(machine=machine(), runs=tuple(others)), size)
    took = sum(use.seconds for use in largest.stages.values())
    return [f"{largest.residents:,}", f"{expected:.0f} s", f"{took:.0f} s",
            f"{expected / took:.2f}"]  # fmt: skip


def engine_rows(outcome: Outcome) -> list[list[str]]:
    peer = outcome.peer
    rows = []
    for name, runs in outcome.engines.items():
        slower = f"{seconds(runs) / seconds(peer):.2f} ×" if peer else "no peer"
        larger = f"{peak(runs) / peak(peer):.2f} ×" if peer else "no peer"
        told = [f"{len(runs)}", f"{seconds(runs):.0f}", slower, f"{peak(runs):.1f} GiB", larger]
        rows.append([f"{outcome.residents:,}", name, *told])
    return rows


def seconds_by_stage(outcome: Outcome) -> dict[str, float]:
    """Median seconds of each stage of ours."""
    runs = [run.told["stage_seconds"] for run in outcome.ours]
    return {name: median(run[name] for run in runs) for name in runs[0] if name in MATCHING}


def stage_cells(outcome: Outcome, names: Sequence[str]) -> list[str]:
    stages = seconds_by_stage(outcome)
    rest = median(map(seconds_beside_stages, outcome.ours))
    return [f"{outcome.residents:,}", *(f"{stages[name]:.0f}" for name in names), f"{rest:.0f}"]


def seconds_beside_stages(run: Measured) -> float:
    took: Mapping[str, float] = run.told["stage_seconds"]
    return run.seconds - sum(took[name] for name in MATCHING if name in took)


def growth_cells(small: Outcome, large: Outcome) -> list[str]:
    """How much more the larger nation took of ours."""
    before, after = small.ours, large.ours
    times = (large.residents / small.residents, seconds(after) / seconds(before),
             peak(after) / peak(before))  # fmt: skip
    return [f"{small.residents:,} → {large.residents:,}", *(f"{time:.2f} ×" for time in times)]


def limit_cells(outcome: Outcome) -> list[str]:
    runs, (scan, shuffle, keys, pairs) = outcome.ours, outcome.limit
    took = seconds(runs)
    rate = pairs / took / (os.cpu_count() or 1)
    matching = (use for name, use in outcome.whole.cost.stages.items() if name in MATCHING)
    moved = sum(use.shuffle_bytes for use in matching) / GIB
    return [f"{outcome.residents:,}", f"{pairs:,}", f"{rate:,.0f}", f"{moved:.2f} GiB",
            f"{scan:.1f} s", f"{keys:,}", f"{shuffle:.1f} s",
            f"{took / (scan + shuffle):.1f}"]  # fmt: skip


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
