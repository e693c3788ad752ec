"""Ours and the peer on the same registers, in turns: times, ratios and memory, as a page.

With two sizes or more, also what every stage costs: conf/costs.toml, from which `plan` forecasts.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.console import Console

from jobs import clock
from jobs.config import DEFAULT_CONF, DEFAULT_COSTS, ROOT, Settings, load
from jobs.pipeline import STAGES
from jobs.session import spark_session
from jobs.tables import Tables
from scripts.bench_page import MATCHING, Limit, Measured, Outcome, machine, page
from scripts.costs_file import costs_file
from scripts.day import day
from scripts.event_log import Use, newest, uses
from scripts.peers import ON_SPARK, PEER, Command, peers, theirs
from scripts.watching import watched
from scripts.worth import worths
from transforms.costs import MeasuredRun, StageUse
from transforms.schemas import DOSE_INPUT, RESIDENT_INPUT

RUN_ID = "bench"
WORK = Path("build/bench")  # nations and warehouses
CORRECTED = "correct"
ONE_CORE = "on one core"
# Residents: beyond, the peer takes more memory, or on Spark or one core more time, than there is.
LARGEST = {PEER: 4_000_000, ON_SPARK: 1_000_000, ONE_CORE: 4_000_000}
# What matching reads of the registers as ingested: evidence, or what its tables carry on.
NEEDED = {"resident_rows": RESIDENT_INPUT, "dose_rows": DOSE_INPUT}

console = Console(highlight=False, soft_wrap=True, stderr=True)


class Bench(NamedTuple):
    """Where the files of one size are, what it runs with, and how each peer is called, by name.

    What is timed runs as users run it; `telling` also keeps what every task moved.
    """

    folder: Path
    conf: Path
    telling: Path
    peers: Mapping[str, Command]

    @property
    def registers(self) -> Path:
        return self.folder / "input"

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"


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
    found = peers(work, peer.resolve(), on_spark=on_spark > 0)
    if not found:
        console.print(f"{peer}: not there, so nothing to compare with; name it with --peer")
    conf, telling = settings(work), settings(work, with_events=True)
    benches = [Bench(work / str(n), conf, telling, found) for n in residents]
    turns = {"doichieu": rounds, PEER: rounds, ON_SPARK: on_spark}
    outcomes: list[Outcome] = []
    for bench, n in zip(benches, residents, strict=True):
        outcomes.append(measured(bench, n, turns))
        tell(outcomes, out)  # whoever stops it has the sizes before
    sys.stdout.write(out.read_text(encoding="utf-8"))


def tell(outcomes: Sequence[Outcome], out: Path) -> None:
    """Write the page of what is measured so far, and of two sizes or more what stages cost."""
    out.write_text(page(outcomes), encoding="utf-8")
    if len(outcomes) > 1:
        costs = costs_file(machine(), [outcome.cost for outcome in outcomes])
        DEFAULT_COSTS.write_text(costs, encoding="utf-8")


def measured(bench: Bench, residents: int, turns: Mapping[str, int]) -> Outcome:
    """The engines one after the other, round by round, each as often as its turns say."""
    make_nation(bench, residents)
    engines: dict[str, list[Measured]] = {}
    for number in range(max(turns.values())):
        for name in ("doichieu", *bench.peers):
            if number < turns[name] and may_run(name, residents):
                own = bench.peers.get(name)
                run = theirs(own, bench.registers, bench.folder / "peer") if own else ours(bench)
                engines.setdefault(name, []).append(run)
                console.print(f"{residents:,} residents, {name}: {run.seconds:.1f} s")
    alone = one_core(bench) if may_run(ONE_CORE, residents) else None
    found = limit(bench)
    whole, used = files_to_corrections(bench)
    costs = cost(bench, whole, used, found.pairs)
    worth = worths(bench.conf, bench.warehouse, bench.registers, bench.folder / "peer")
    return Outcome(residents, engines, alone, found, whole, worth, days(bench), costs)


def may_run(engine: str, residents: int) -> bool:
    """Whether an engine is measured at this size."""
    return residents <= LARGEST.get(engine, residents)


def settings(work: Path, *, with_events: bool = False) -> Path:
    """The shipped settings of one machine, with Spark's event log or without."""
    (work / "events").mkdir(exist_ok=True)
    events = {"enabled": "true", "compress": "false", "dir": str(work / "events")}
    lines = [f'"spark.eventLog.{key}" = {json.dumps(value)}' for key, value in events.items()]
    text = DEFAULT_CONF.read_text(encoding="utf-8")
    if with_events:
        text = text.replace("[spark.conf]", "\n".join(["[spark.conf]", *lines]))
    text = text.replace("[spark]", f"[spark]\njars_dir = {json.dumps(str(ROOT / '.jars'))}", 1)
    text = text.replace('"reference"', json.dumps(str(ROOT / "conf" / "reference")), 1)
    conf = work / ("telling.toml" if with_events else "bench.toml")
    conf.write_text(text, encoding="utf-8")
    return conf


def make_nation(bench: Bench, residents: int) -> None:
    if (bench.folder / "made").exists():
        return
    console.print(f"making a nation of {residents:,} residents")
    shutil.rmtree(bench.folder, ignore_errors=True)
    made = watched(
        doichieu("synthesise", "--residents", residents, "--out", bench.registers, "--seed", 1)
    )
    (bench.folder / "made").write_text(f"{made.seconds}\n")


def ours(bench: Bench, *held: str) -> Measured:
    """Registers as ingested → links, start-up of the command included, ingesting not; `held` are
    words before the command.
    """
    shutil.rmtree(bench.warehouse, ignore_errors=True)
    watched(run_until(bench, "ingest"))
    return watched([*held, *run_until(bench, MATCHING[-1])])


def one_core(bench: Bench) -> Measured:
    """The same, once, with all its processes on the machine's first core."""
    run = ours(bench, "taskset", "--cpu-list", "0")
    console.print(f"{ONE_CORE}: {run.seconds:.1f} s")
    return run


def files_to_corrections(bench: Bench) -> tuple[Measured, dict[str, Use]]:
    """All stages before the lists, once, with what each used."""
    shutil.rmtree(bench.warehouse, ignore_errors=True)
    done = watched(run_until(bench._replace(conf=bench.telling), CORRECTED))
    console.print(f"files to corrections: {done.seconds:.1f} s")
    return done, uses(newest(bench.telling.parent / "events"))


def days(bench: Bench) -> dict[str, Measured]:
    """A day's rows of both registers, and another day's dose rows alone, upon the whole run."""
    found = {}
    for at, names in enumerate((("residents", "doses"), ("doses",))):
        rows = [w for n in names for w in (f"--{n}", day(bench.registers, bench.folder, n, at))]
        options = ["--warehouse", bench.warehouse, "--conf", bench.conf, "--json", "-q"]
        found[" and ".join(names)] = watched(doichieu("update", *rows, *options))
        console.print(f"a day's {' and '.join(names)}: {list(found.values())[-1].seconds:.1f} s")
    return found


def run_until(bench: Bench, last: str) -> list[str]:
    names = ("residents", "doses")
    registers = [w for n in names for w in (f"--{n}", bench.registers / f"{n}.parquet")]
    options = ["--warehouse", bench.warehouse, "--conf", bench.conf, "--run-id", RUN_ID, "--json"]
    return doichieu("run", *registers, *options, "-q", "--until", last)


def cost(bench: Bench, whole: Measured, used: dict[str, Use], pairs: int) -> MeasuredRun:
    """What the whole run cost, stage by stage."""
    settings = load(bench.conf, Settings)
    rows = {name: whole.told["rows"][f"{name}_rows"] for name in ("resident", "dose")}
    aside = whole.told["stage_moved_bytes"]
    stages = {
        name: StageUse(
            seconds=round(seconds, 2),
            shuffle_bytes=used.get(name, Use()).shuffle_bytes + aside.get(name, 0),
            disk_bytes=sum(size(bench.warehouse / table) for table in STAGES[name].WRITES),
            task_memory_bytes=used.get(name, Use()).task_memory_bytes,
        )
        for name, seconds in whole.told["stage_seconds"].items()
    }
    return MeasuredRun(
        residents=rows["resident"],
        doses=rows["dose"],
        pairs=pairs,
        cores=os.cpu_count() or 1,
        partitions=int(settings.spark.conf["spark.sql.shuffle.partitions"]),
        stages=stages,
    )


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def limit(bench: Bench) -> Limit:
    """What no matching on Spark can do without: one scan of what it reads, and one shuffle of the
    keys that candidates have in common.
    """
    spark = spark_session(load(bench.conf, Settings), "limit")
    tables = Tables(spark, str(bench.warehouse))
    scans = [tables.read(name).select(*columns) for name, columns in NEEDED.items()]
    of_both = (F.col("profiles") + F.col("residents")) * F.col("blocks")
    met = tables.read("blocks").where(~F.col("capped")).agg(F.sum(of_both)).collect()[0][0] or 0
    keys = spark.range(met).select(F.xxhash64("id").alias("key"), "id")
    for warm_up in (*scans, keys):
        warm_up.limit(1_000).write.format("noop").mode("overwrite").save()
    scan = sum(map(taken, scans))
    shuffle = taken(keys.repartition("key"))
    found = Limit(scan, shuffle, met, tables.read("candidate_pairs").count())
    spark.stop()
    return found


def taken(frame: DataFrame) -> float:
    begun = clock.seconds()
    frame.write.format("noop").mode("overwrite").save()
    return clock.seconds() - begun


def doichieu(*words: object) -> list[str]:
    return [sys.executable, "-m", "jobs.cli", *map(str, words)]


if __name__ == "__main__":
    typer.run(main)
