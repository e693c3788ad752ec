"""Writes a synthetic nation: residents, doses and the truth about every dose row."""

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
from pyspark.sql import DataFrame, SparkSession

from jobs import reference
from jobs.calibration import find_cuts
from jobs.errors import ConfigError
from transforms.synthesis import chunks, told
from transforms.synthesis.chunks import Nation
from transforms.synthesis.reference import Reference, Rows
from transforms.synthesis.world import World

SCALES: dict[str, int] = {"demo": 98_000, "million": 1_000_000, "province": 1_500_000}
FILES = {
    "admin_units": "admin_units.csv",
    "cccd_province_codes": "cccd_province_codes.csv",
    "province_population": "province_population.csv",
    "province_wrong": "province_wrong_2022.csv",
    "phone_prefixes": "mobile_prefix_current.csv",
    "old_phone_prefixes": "phone_prefix_2018.csv",
    "vaccines": "vaccines_vn.csv",
    "funnel": "verification_funnel_2022.csv",
    "errors": "error_recipe.csv",
    "telex_vni_keys": "telex_vni_keys.csv",
    "confusions": "phonetic_confusions.csv",
    "family_names": "names/family_names.csv",
    "given_names": "names/given_names_dkl01.csv",
    "middle_names": "names/middle_names_uit2016.csv",
    "word_counts": "names/name_word_count.csv",
    "ethnic_names": "names/ethnic_names.csv",
    "ethnic_shares": "ethnic_shares.csv",
}
LEAST = 1000
MADE = ("residents", "doses", "truth")
# Columns that hardly repeat: a dictionary is built for every row group, then thrown away.
UNIQUE = ("dose_id", "resident_id", "id_number", "old_id_number", "full_name", "phone")


def synthesise(
    spark: SparkSession, reference_dir: Path, residents: int, out: Path, seed: int
) -> dict[str, int]:
    """Write `residents.parquet`, `doses.parquet` and `truth.parquet` under `out`.

    Returns row counts, also of the doses that were injected but never entered. The same number
    of residents, seed and reference files give the same rows, however Spark cuts the work.
    """
    if residents < LEAST:
        raise ConfigError(f"--residents {residents}: give {LEAST} or more")
    world = World(residents, seed, load_reference(reference_dir))
    nation = Nation(spark.sparkContext.broadcast(world))
    scratch = out / ".scratch"
    try:
        known = _dealt(spark, nation, scratch)
        skeleton = _skeleton(known, nation, scratch)
        nation = replace(nation, cuts=find_cuts(skeleton, world))
        _save(chunks.RESIDENTS.of(known, nation), out / "residents.parquet")
        whole = _lent(known, nation, out)
        _save(chunks.DOSES.of(whole, nation), out / "doses.parquet")
        _save(chunks.TRUTH.of(whole, nation), out / "truth.parquet")
        return _counts(out, skeleton, nation.found.missing)
    finally:
        nation.shared.destroy()
        shutil.rmtree(scratch, ignore_errors=True)


def _dealt(spark: SparkSession, nation: Nation, scratch: Path) -> DataFrame:
    """The chunks, one a task, each with the numbers dealt before it."""
    numbered = spark.range(0, nation.chunks, numPartitions=nation.chunks).withColumnRenamed(
        "id", "chunk"
    )
    dealt = _keep(chunks.DEALT.of(numbered, nation), scratch / "dealt")
    starts = _keep(told.starts(dealt, nation.world.seed), scratch / "starts")
    return told.knowing(numbered, starts)


def _skeleton(known: DataFrame, nation: Nation, scratch: Path) -> pl.LazyFrame:
    """Every dose row with its scores and nothing else, on disk."""
    _keep(chunks.SKELETON.of(known, nation), scratch / "skeleton")
    return _scanned(scratch / "skeleton")


def _lent(known: DataFrame, nation: Nation, out: Path) -> DataFrame:
    """The chunks, each with the numbers that it borrows from residents of others."""
    lenders = _keep(chunks.LENDERS.of(known, nation), out / ".scratch/lenders")
    residents = known.sparkSession.read.parquet(str(out / "residents.parquet"))
    return told.knowing(known, _keep(told.loans(lenders, residents), out / ".scratch/loans"))


def _counts(out: Path, skeleton: pl.LazyFrame, missing: float) -> dict[str, int]:
    given = skeleton.filter(pl.col("copy") == 0)
    counted = {name: _scanned(out / f"{name}.parquet") for name in MADE} | {
        "injected": given,
        "never_entered": given.filter(pl.col("missing_score") < missing),
    }
    return {name: rows.select(pl.len()).collect().item() for name, rows in counted.items()}


def _scanned(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path / "*.parquet")


def _save(df: DataFrame, path: Path) -> None:
    plain = {f"parquet.enable.dictionary#{column}": False for column in UNIQUE}
    df.write.mode("overwrite").options(**plain).parquet(str(path))


def _keep(df: DataFrame, path: Path) -> DataFrame:
    """Rows on disk for the next step only: a dictionary would cost more than its file saves."""
    df.write.mode("overwrite").option("parquet.enable.dictionary", value=False).parquet(str(path))
    return df.sparkSession.read.schema(df.schema).parquet(str(path))


def load_reference(folder: Path) -> Reference:
    """The reference files as rows; a missing one is named."""
    return Reference(**{name: _filled(reference.rows(folder, at)) for name, at in FILES.items()})


def _filled(rows: Rows) -> Rows:
    """Empty text for what is missing; what stands behind the last column is no field."""
    return [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in rows]
