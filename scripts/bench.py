"""Ours and the peer on the same registers, in turns: times, ratios and memory, as a page.

A size that is measured is kept beside its nation, so the page also has those of earlier benches.
Of two sizes or more, what every stage costs is conf/costs.toml, from which `plan` forecasts.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jobs import clock
from jobs.config import DEFAULT_COSTS, ROOT
from scripts.bench_page import page
from scripts.bench_runs import (
    Bench,
    console,
    cost,
    days,
    files_to_corrections,
    limit,
    make_nation,
    one_core,
    ours,
    settings,
)
from scripts.costs_file import costs_file
from scripts.outcome import (
    ON_SPARK,
    OURS,
    PEER,
    Measured,
    Origin,
    Outcome,
    Wholes,
    keep,
    kept,
    machine,
)
from scripts.peers import peers, theirs
from scripts.worth import Worth, worths
from transforms.costs import MeasuredRun

WORK = Path("build/bench")  # nations and warehouses
ONE_CORE, WHOLE = "on one core", "files to corrections"
# Residents: beyond, the peer takes more memory, or on Spark or one core more time, than there is.
LARGEST = {PEER: 4_000_000, ON_SPARK: 1_000_000, ONE_CORE: 4_000_000}
# Beyond, whole runs and days, of which nothing is promised there, are measured once.
LARGEST_REPEATED = 4_000_000


def main(
    residents: Annotated[list[int], typer.Option(min=1_000, help="Size of a nation; repeatable.")],
    rounds: Annotated[int, typer.Option(min=1, help="How often each engine runs.")] = 3,
    peer: Annotated[Path, typer.Option(help="The peer's script.")] = Path(
        "../shared/peers/splink_duckdb.py"
    ),
    on_spark: Annotated[int, typer.Option(help="How often the peer runs on Spark: slow.")] = 0,
    out: Annotated[Path, typer.Option(help="The page.")] = Path("docs/performance.md"),
) -> None:
    """Measure each size, write the page, print it."""
    work = WORK.resolve()
    work.mkdir(parents=True, exist_ok=True)
    kept(work)  # a file that cannot be read is told before hours of work, not after
    found = peers(work, peer.resolve(), on_spark=on_spark > 0)
    if not found:
        console.print(f"{peer}: not there, so nothing to compare with; name it with --peer")
    conf, telling = settings(work), settings(work, with_events=True)
    turns = {OURS: rounds, PEER: rounds, ON_SPARK: on_spark}
    for n in residents:
        bench = Bench(work / str(n), conf, telling, found)
        make_nation(bench, n)
        keep(measured(bench, n, turns), bench.folder)
        tell(kept(work), out)  # whoever stops it has the sizes before
    sys.stdout.write(out.read_text(encoding="utf-8"))


def tell(outcomes: Sequence[Outcome], out: Path) -> None:
    """Write the page of what is measured so far, and of two sizes or more what stages cost."""
    out.write_text(page(outcomes), encoding="utf-8")
    if len(outcomes) > 1:
        costs = costs_file(machine(), [outcome.whole.cost for outcome in outcomes])
        DEFAULT_COSTS.write_text(costs, encoding="utf-8")


def measured(bench: Bench, residents: int, turns: Mapping[str, int]) -> Outcome:
    """All that is measured of one size."""
    engines = in_turns(bench, residents, turns)
    alone = told(ONE_CORE, one_core(bench)) if may_run(ONE_CORE, residents) else None
    found = limit(bench)
    rounds = turns[OURS] if residents <= LARGEST_REPEATED else 1
    return Outcome(
        residents=residents,
        origin=origin(residents, turns),
        engines=engines,
        one_core=alone,
        limit=found,
        whole=whole_runs(bench, rounds, found.pairs),
    )


def in_turns(bench: Bench, residents: int, turns: Mapping[str, int]) -> dict[str, list[Measured]]:
    """The engines one after the other, round by round, each as often as its turns say."""
    engines: dict[str, list[Measured]] = {}
    for number in range(max(turns.values())):
        for name in (OURS, *bench.peers):
            if number < turns[name] and may_run(name, residents):
                own = bench.peers.get(name)
                run = theirs(own, bench.registers, bench.folder / "peer") if own else ours(bench)
                engines.setdefault(name, []).append(told(f"{residents:,} residents, {name}", run))
    return engines


def whole_runs(bench: Bench, rounds: int, pairs: int) -> Wholes:
    """From files to corrections, each with days upon it; of the cost, that of the run whose time is
    in the middle.
    """
    runs: list[Measured] = []
    upon: dict[str, list[Measured]] = {}
    costs: dict[float, MeasuredRun] = {}  # by the seconds it took
    worth: dict[str, Worth] = {}
    for _ in range(rounds):
        run, used = files_to_corrections(bench)
        runs.append(told(WHOLE, run))
        costs[run.seconds] = cost(bench, run, used, pairs)
        # The same input, the same bytes: once is enough.
        worth = worth or worths(bench.conf, bench.warehouse, bench.registers, bench.folder / "peer")
        for of, day in days(bench).items():
            upon.setdefault(of, []).append(told(f"a day's {of}", day))
    return Wholes(runs, worth, upon, costs[sorted(costs)[len(costs) // 2]])


def told(name: str, run: Measured) -> Measured:
    """Says how long it took; the run itself."""
    console.print(f"{name}: {run.seconds:.1f} s")
    return run


def may_run(engine: str, residents: int) -> bool:
    """Whether an engine is measured at this size."""
    return residents <= LARGEST.get(engine, residents)


def origin(residents: int, turns: Mapping[str, int]) -> Origin:
    """Of what is measured now."""
    command = f"make bench RESIDENTS={residents} ROUNDS={turns[OURS]}"
    if turns[ON_SPARK]:
        command += f" ON_SPARK={turns[ON_SPARK]}"
    return Origin(revision(), clock.now().date().isoformat(), command)


def revision() -> str:
    """The commit that the code measured is of, short; of an unpacked archive nothing is known."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "an unknown commit"


if __name__ == "__main__":
    typer.run(main)
