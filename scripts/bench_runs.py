"""One run each of what the benchmark measures: ours, on one core, whole, a day, and the limit."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.console import Console

from jobs import clock
from jobs.config import DEFAULT_CONF, ROOT, Settings, load
from jobs.pipeline import STAGES
from jobs.session import spark_session
from jobs.tables import Tables
from scripts.bench_page import MATCHING
from scripts.day import day
from scripts.event_log import Use, newest, uses
from scripts.outcome import Limit, Measured
from scripts.peers import Command
from scripts.watching import watched
from transforms.costs import MeasuredRun, StageUse
from transforms.schemas import DOSE_INPUT, RESIDENT_INPUT

RUN_ID = "bench"
CORRECTED = "correct"
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
    return ours(bench, "taskset", "--cpu-list", "0")


def files_to_corrections(bench: Bench) -> tuple[Measured, dict[str, Use]]:
    """All stages before the lists, with what each used."""
    shutil.rmtree(bench.warehouse, ignore_errors=True)
    done = watched(run_until(bench._replace(conf=bench.telling), CORRECTED))
    return done, uses(newest(bench.telling.parent / "events"))


def days(bench: Bench) -> dict[str, Measured]:
    """A day's rows of both registers, and another day's dose rows alone, upon the whole run."""
    found = {}
    for at, names in enumerate((("residents", "doses"), ("doses",))):
        rows = [w for n in names for w in (f"--{n}", day(bench.registers, bench.folder, n, at))]
        options = ["--warehouse", bench.warehouse, "--conf", bench.conf, "--json", "-q"]
        found[" and ".join(names)] = watched(doichieu("update", *rows, *options))
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
