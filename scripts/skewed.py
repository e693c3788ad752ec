"""The same nation, smooth and hostile: what one phone of thousands and the like cost.

    make skew RESIDENTS=100000

What makes it hostile: scripts/hostile.py. Writes docs/skew.md.
"""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Annotated

import polars as pl
import typer
from pyspark.sql import functions as F

from jobs.block_keys import asking_side, sharing_a_block
from jobs.config import DEFAULT_MATCHING, Matching, Settings, load
from jobs.few import few
from jobs.session import spark_session
from jobs.tables import Tables
from scripts.bench_page import MATCHING, row
from scripts.bench_runs import Bench, make_nation, ours, settings
from scripts.hostile import make_hostile
from scripts.outcome import Measured, machine
from scripts.registers import read

RECORDS = ("profiles", "verifications", "facilities", "residents")
HEAD = """# Skewed and hostile registers
Measured by `make skew RESIDENTS={residents} ROUNDS={rounds}` on {machine}.
Written by that command; do not edit.

The smooth nation is one of `doichieu synthesise`. The hostile one is the same with one name on 2 %
of the people, 1 January on 8 % of the birth dates and half of all people in one commune, in both
registers, one phone on 5 % of the dose rows and empty texts in every fiftieth field. From registers
as ingested to `links`, medians; memory is the most that all processes held at once, `largest` are
the pairs of a block.

| nation | seconds | of the smooth | memory | pairs | blocks left out | pairs left out | largest |
|---|---:|---:|---:|---:|---:|---:|---:|
"""
COST = """
What the caps cost: of profiles that are not verified, though their person is in the register, how
many were compared with their own record, and how many met it only in blocks that were left out.

| nation | profiles | compared | lost to caps |
|---|---:|---:|---:|
"""


def main(
    residents: Annotated[int, typer.Option(min=1_000, help="Size of the nation.")] = 100_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each nation is linked.")] = 3,
    work: Annotated[Path, typer.Option(help="For nations and warehouses.")] = Path("build/bench"),
    out: Annotated[Path, typer.Option(help="The page.")] = Path("docs/skew.md"),
) -> None:
    """Link both nations in turns, write the page, print it."""
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    conf = settings(work)
    smooth = Bench(work / str(residents), conf, conf, {})
    make_nation(smooth, residents)
    hostile = smooth._replace(folder=work / f"{residents}-hostile")
    make_hostile(smooth.registers, hostile.registers)
    nations = {"smooth": smooth, "hostile": hostile}
    runs: dict[str, list[Measured]] = {name: [] for name in nations}
    for _ in range(rounds):
        for name, bench in nations.items():
            runs[name].append(ours(bench))
    text = HEAD.format(residents=residents, rounds=rounds, machine=machine())
    for name, bench in nations.items():
        text += row([name, *took(runs[name], runs["smooth"]), *blocked(bench)])
    text += stage_table(runs) + COST
    for name, bench in nations.items():
        text += row([name, *cost_of_caps(bench)])
    out.write_text(text, encoding="utf-8")
    typer.echo(out.read_text(encoding="utf-8"), nl=False)


def took(runs: Sequence[Measured], smooth: Sequence[Measured]) -> list[str]:
    """Seconds, what they are of the smooth nation's, and memory."""
    seconds, peak = median(run.seconds for run in runs), median(run.peak for run in runs)
    ratio = seconds / median(run.seconds for run in smooth)
    return [f"{seconds:.0f}", f"{ratio:.2f} ×", f"{peak:.1f} GiB"]


def cost_of_caps(bench: Bench) -> list[str]:
    """Of the people in the register whose number does not find them: who met their own record, and
    who would have without caps.
    """
    spark = spark_session(load(bench.conf, Settings), "skew")
    tables, rules = Tables(spark, str(bench.warehouse)), load(DEFAULT_MATCHING, Matching).blocking
    claims = true_pairs(tables, read(bench.registers, "truth"))
    pairs = few(tables.read("candidate_pairs").select(claims.columns))
    compared = len(claims.join(pairs, on=claims.columns, how="semi"))
    profiles, verifications, facilities, residents = map(tables.read, RECORDS)
    asking = asking_side(profiles, verifications, facilities, rules)
    capped = len(sharing_a_block(claims, asking, residents, rules)) - compared
    spark.stop()
    return [f"{len(claims):,}", *(f"{n:,} ({n / len(claims):.2%})" for n in (compared, capped))]


def true_pairs(tables: Tables, truth: pl.DataFrame) -> pl.DataFrame:
    """(profile_id, resident_id) of profiles that are not verified and are of one person."""
    doses, verdicts = (few(tables.read(name)) for name in ("doses", "verifications"))
    unsure = verdicts.filter(pl.col("verdict") != "verified")
    rows = doses.join(unsure, on="profile_id", how="semi").join(truth, on="dose_id", how="inner")
    people = rows.group_by("profile_id").agg(pl.col("resident_id").unique())
    alone = people.filter(pl.col("resident_id").list.len() == 1)
    return alone.explode("resident_id").drop_nulls()


def blocked(bench: Bench) -> list[str]:
    """What blocking made and left out, from the warehouse's own tables."""
    spark = spark_session(load(bench.conf, Settings), "skew")
    tables = Tables(spark, str(bench.warehouse))
    capped = F.col("capped")
    left = tables.read("blocks").agg(
        F.sum(F.when(capped, F.col("blocks"))).alias("blocks"),
        F.sum(F.when(capped, F.col("pairs"))).alias("pairs"),
        F.max(F.when(~capped, F.col("profiles") * F.col("residents"))).alias("largest"),
    )
    found = left.collect()[0]
    pairs = tables.read("candidate_pairs").count()
    spark.stop()
    return [f"{pairs:,}", *(f"{found[name] or 0:,}" for name in ("blocks", "pairs", "largest"))]


def stage_table(runs: dict[str, list[Measured]]) -> str:
    """Median seconds of each stage, both nations."""
    names = list(MATCHING)
    text = f"\n| nation | {' | '.join(names)} |\n|---|{'---:|' * len(names)}\n"
    for nation, of in runs.items():
        seconds = (median(run.told["stage_seconds"][name] for run in of) for name in names)
        text += row([nation, *(f"{of_stage:.0f}" for of_stage in seconds)])
    return text


if __name__ == "__main__":
    typer.run(main)
