"""Writes a synthetic nation: residents, doses and the truth about every dose row."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs import reference
from jobs.calibration import find_cuts
from jobs.errors import ConfigError
from transforms.synthesis import classes, codes, rows
from transforms.synthesis.classes import Cuts
from transforms.synthesis.lookups import Lookups
from transforms.synthesis.numbers import numbered
from transforms.synthesis.people import drawn, resembling
from transforms.synthesis.profiles import dose_rows, profiles
from transforms.synthesis.reference import Reference, Rows
from transforms.synthesis.register import mortal
from transforms.synthesis.register import residents as residents_of
from transforms.synthesis.tables import tables
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
ROW_GROUP = 8 << 20  # bytes; a file of one row group is read on one core, however many there are
WRITING = {"parquet.block.size": ROW_GROUP}
# Columns that hardly repeat: a dictionary is built for every row group, then thrown away.
UNIQUE = ("dose_id", "resident_id", "id_number", "old_id_number", "full_name", "phone")
SMALL_METHODS = 8000  # bytes HotSpot compiles well; above it Spark splits the code by operator


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
    scratch = out / ".scratch"
    spark.conf.set("spark.sql.files.maxPartitionBytes", ROW_GROUP)  # small tasks end together
    try:
        lookups = _lookups(spark, world, scratch)
        _write_people(spark, world, lookups, scratch)
        cuts = find_cuts(_skeleton(spark, world, scratch), world)
        spark.conf.set("spark.sql.codegen.hugeMethodLimit", SMALL_METHODS)
        return _write(spark, Plan(world, lookups, cuts), out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write_people(spark: SparkSession, world: World, lookups: Lookups, scratch: Path) -> None:
    ids = spark.range(world.people).withColumnRenamed("id", "idx")
    own = _keep(ids.transform(drawn, lookups, world), scratch / "drawn")
    everyone = own.transform(resembling, own, world).transform(numbered, world)
    people = _keep(everyone.transform(mortal, world), scratch / "people")
    _keep(people.transform(profiles, world).transform(classes.scored, world), scratch / "planned")


def _lookups(spark: SparkSession, world: World, scratch: Path) -> Lookups:
    """The look-up tables as files: a plan that held them as literals would take minutes."""
    frames = {}
    folder = scratch / "lookups"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(world).items():
        columns = {key: list(values) for key, values in table.items()}
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
        frames[name] = spark.read.parquet(str(folder / f"{name}.parquet"))
    return Lookups(**frames)


def _skeleton(spark: SparkSession, world: World, scratch: Path) -> DataFrame:
    """Every dose row with its scores and nothing else, on disk."""
    planned = spark.read.parquet(str(scratch / "planned"))
    scored = planned.transform(dose_rows, world).transform(classes.row_scores, world)
    return _keep(scored.select(*classes.SKELETON), scratch / "skeleton")


@dataclass(frozen=True)
class Plan:
    """Everything that decides the rows."""

    world: World
    lookups: Lookups
    cuts: Cuts


def _write(spark: SparkSession, plan: Plan, out: Path) -> dict[str, int]:
    world, cuts, communes = plan.world, plan.cuts, plan.lookups.communes
    scratch = out / ".scratch"
    everyone = spark.read.parquet(str(scratch / "people"))
    told = _told(spark, plan, scratch)
    coded = spark.read.parquet(str(scratch / "profiles"))
    doses, truth = (df.transform(_entered, world, cuts) for df in (told, coded))
    _save(everyone.transform(residents_of, communes, world), out / "residents.parquet")
    _save(doses.transform(rows.platform, communes, world, cuts), out / "doses.parquet")
    _save(truth.transform(rows.truth, world, cuts), out / "truth.parquet")
    return _counts(spark, out, scratch, cuts)


def _told(spark: SparkSession, plan: Plan, scratch: Path) -> DataFrame:
    """Profiles as typed. Each step is written: in one piece the plan would outgrow the planner."""
    world, communes = plan.world, plan.lookups.communes
    planned = spark.read.parquet(str(scratch / "planned"))
    coded = _keep(planned.transform(codes.coded, world, plan.cuts), scratch / "profiles")
    numbers = spark.read.parquet(str(scratch / "people")).select(
        F.col("idx").alias("lender"), F.col("cccd").alias("lent_number")
    )
    borrowers = coded.where(~F.col("merged")).select("profile_key", "lender")
    loans = borrowers.where(F.col("lender").isNotNull()).join(numbers, "lender", "inner")
    lent = _keep(loans.select("profile_key", "lent_number"), scratch / "loans")
    told = coded.join(lent, "profile_key", "left").transform(rows.typed, communes, world)
    return _keep(told.select(*rows.TYPED), scratch / "typed")


def _entered(told: DataFrame, world: World, cuts: Cuts) -> DataFrame:
    scored = told.transform(dose_rows, world).transform(classes.row_scores, world)
    return scored.where(F.col("missing_score") >= cuts.missing)


def _counts(spark: SparkSession, out: Path, scratch: Path, cuts: Cuts) -> dict[str, int]:
    skeleton = spark.read.parquet(str(scratch / "skeleton"))
    given = skeleton.where(F.col("copy") == 0)
    return {
        name: spark.read.parquet(str(out / f"{name}.parquet")).count()
        for name in ("residents", "doses", "truth")
    } | {
        "injected": given.count(),
        "never_entered": given.where(F.col("missing_score") < cuts.missing).count(),
    }


def _save(df: DataFrame, path: Path) -> None:
    plain = {f"parquet.enable.dictionary#{column}": False for column in UNIQUE}
    df.write.mode("overwrite").options(**WRITING, **plain).parquet(str(path))


def _keep(df: DataFrame, path: Path) -> DataFrame:
    """Rows on disk for the next step only: a dictionary would cost more than its file saves."""
    options = WRITING | {"parquet.enable.dictionary": False}
    df.write.mode("overwrite").options(**options).parquet(str(path))
    return df.sparkSession.read.parquet(str(path))


def load_reference(folder: Path) -> Reference:
    """The reference files as rows; a missing one is named."""
    return Reference(**{name: _filled(reference.rows(folder, at)) for name, at in FILES.items()})


def _filled(rows: Rows) -> Rows:
    """Empty text for what is missing; what stands behind the last column is no field."""
    return [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in rows]
