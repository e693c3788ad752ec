"""The same nation, smooth and hostile: what one phone of thousands and the like cost.

    make skew RESIDENTS=100000

A phone on 5 % of the dose rows, a name on 2 % of both registers, 1 January on 8 % of birth dates,
half of all residents in one commune, empty texts everywhere. Writes docs/skew.md.
"""

import shutil
from pathlib import Path
from statistics import median
from typing import Annotated

import polars as pl
import typer
from pyspark.sql import functions as F

from jobs.config import Settings, load
from jobs.session import spark_session
from jobs.tables import Tables
from scripts.bench import Bench, make_nation, ours, settings
from scripts.bench_page import MATCHING, Measured, machine, row

PHONE, NAME = "0900000001", "Nguyễn Văn An"
EMPTY_ONE_IN = 50
HEAD = """# Skewed and hostile registers
Measured by `make skew RESIDENTS={residents} ROUNDS={rounds}` on {machine}.
Written by that command; do not edit.

The smooth nation is one of `doichieu synthesise`. The hostile one is the same with one phone on
5 % of the dose rows, one name on 2 % of both registers, 1 January on 8 % of the birth dates, half
of all residents in one commune and empty texts in every fiftieth field. From registers as ingested
to `links`, medians.

| nation | seconds | of the smooth | pairs | blocks left out | pairs left out | largest block |
|---|---:|---:|---:|---:|---:|---:|
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
    seconds = {name: median(run.seconds for run in of) for name, of in runs.items()}
    text = HEAD.format(residents=residents, rounds=rounds, machine=machine())
    for name, bench in nations.items():
        ratio = f"{seconds[name] / seconds['smooth']:.2f} ×"
        text += row([name, f"{seconds[name]:.0f}", ratio, *blocked(bench)])
    out.write_text(text + stage_table(runs), encoding="utf-8")
    typer.echo(out.read_text(encoding="utf-8"), nl=False)


def make_hostile(registers: Path, target: Path) -> None:
    """The same registers with the hostile shapes, as one file each."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, change in {"residents": hostile_residents, "doses": hostile_doses}.items():
        frame = pl.read_parquet(registers / f"{name}.parquet" / "*.parquet")
        frame.pipe(change).write_parquet(target / f"{name}.parquet")


def hostile_residents(rows: pl.DataFrame) -> pl.DataFrame:
    """One name on 2 %, 1 January on 8 %, half of the nation in the first commune."""
    first = {name: rows[name][0] for name in ("province_code", "district_code", "commune_code")}
    moved = [one_in(2, 0, pl.lit(code), name) for name, code in first.items()]
    return rows.with_columns(named(), *moved, new_years_day("-", year_first=True))


def hostile_doses(rows: pl.DataFrame) -> pl.DataFrame:
    """The same name and date, one phone on 5 %, and empty texts in every fiftieth field."""
    phone = one_in(20, 3, pl.lit(PHONE), "phone")
    changed = rows.with_columns(named(), phone, new_years_day("/", year_first=False))
    texts = ("full_name", "date_of_birth", "sex", "id_number", "phone", "commune_code")
    return changed.with_columns(
        one_in(EMPTY_ONE_IN, at, pl.lit(""), name) for at, name in enumerate(texts)
    )


def one_in(share: int, offset: int, value: pl.Expr, column: str) -> pl.Expr:
    """`value` in one of `share` rows, the column's own elsewhere."""
    chosen = pl.int_range(pl.len()) % share == offset
    return pl.when(chosen).then(value).otherwise(pl.col(column)).alias(column)


def named() -> pl.Expr:
    return one_in(50, 7, pl.lit(NAME), "full_name")


def new_years_day(separator: str, *, year_first: bool) -> pl.Expr:
    """1 January of the year that the row states; rows without a year keep what they have."""
    year = pl.col("date_of_birth").str.extract(r"(\d{4})")
    first = pl.lit(separator.join(("01", "01")))
    parts = (year, first) if year_first else (first, year)
    date = pl.coalesce(pl.concat_str(*parts, separator=separator), "date_of_birth")
    return one_in(12, 5, date, "date_of_birth")


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
        took = [median(run.told["stage_seconds"][name] for run in of) for name in names]
        text += row([nation, *(f"{seconds:.0f}" for seconds in took)])
    return text


if __name__ == "__main__":
    typer.run(main)
