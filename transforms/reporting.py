"""Report: the small tables behind the national page; none of them holds a personal value."""

from pydantic import BaseModel, Field
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

WITH_NUMBER = ("cccd", "cmnd")
OPEN = ("wrong", "recovered", "review", "duplicate")  # what stands in the lists


class Reporting(BaseModel, frozen=True, extra="forbid"):
    """How finely the page draws."""

    histogram_bits: float = Field(default=2.0, gt=0)
    histogram_edge: float = Field(default=60.0, gt=0)  # weights beyond stand in the last bar
    error_kinds: int = Field(default=12, ge=1)


def counted(df: DataFrame, *keys: str) -> DataFrame:
    """Rows per combination of `keys`, in the order of the keys."""
    return df.groupBy(*keys).agg(F.count(F.lit(1)).alias("rows")).orderBy(*keys)


def number_outcomes(dispositions: DataFrame, profiles: DataFrame) -> DataFrame:
    """Dose rows by kind of number and disposition."""
    kinds = profiles.select("profile_id", "number_kind")  # one row per profile
    known = dispositions.join(kinds, on="profile_id", how="left")
    return known.transform(counted, "number_kind", "disposition")


def verdict_doses(verifications: DataFrame, profiles: DataFrame) -> DataFrame:
    """Profiles and dose rows by official verdict."""
    known = verifications.join(profiles.select("profile_id", "doses"), "profile_id", "inner")
    return (
        known.groupBy("verdict")
        .agg(F.count(F.lit(1)).alias("profiles"), F.sum("doses").alias("rows"))
        .orderBy("verdict")
    )


def error_kinds(dispositions: DataFrame, rules: Reporting) -> DataFrame:
    """The most frequent combinations of wrong fields among `wrong` dose rows."""
    wrong = dispositions.where(F.col("disposition") == "wrong")
    named = wrong.withColumn("fields", F.concat_ws(" + ", F.array_sort("wrong_fields")))
    return (
        named.transform(counted, "fields")
        .orderBy(F.desc("rows"), "fields")
        .limit(rules.error_kinds)
    )


def blocking_cost(blocks: DataFrame) -> DataFrame:
    """Per rule: blocks, pairs it predicted, blocks that were capped and pairs left out for it."""
    kept, left = (F.when(c, F.col("pairs")) for c in (~F.col("capped"), F.col("capped")))
    return (
        blocks.groupBy("rule")
        .agg(
            F.sum("blocks").alias("blocks"),
            F.coalesce(F.sum(kept), F.lit(0)).alias("pairs"),
            F.sum(F.when(F.col("capped"), F.col("blocks")).otherwise(0)).alias("capped_blocks"),
            F.coalesce(F.sum(left), F.lit(0)).alias("left_out"),
        )
        .orderBy(F.desc("pairs"), "rule")
    )


def quality_lines(quality: DataFrame) -> DataFrame:
    """The figures of the run's own measure, in a fixed order."""
    return quality.orderBy("measure", "dimension", "subgroup")


def weight_histogram(scored_pairs: DataFrame, links: DataFrame, rules: Reporting) -> DataFrame:
    """Candidate pairs by match weight and by what became of them."""
    best = links.select("profile_id", F.col("best_resident_id").alias("resident_id"), "decision")
    judged = scored_pairs.join(best, on=["profile_id", "resident_id"], how="left")
    edge = F.lit(rules.histogram_edge)
    bits = F.greatest(F.least("match_weight", edge), -edge)
    step = F.floor(bits / rules.histogram_bits) * rules.histogram_bits
    decision = F.coalesce("decision", F.lit("other candidate"))
    return judged.select(step.alias("bits"), decision.alias("decision")).transform(
        counted, "bits", "decision"
    )


def correction_counts(corrections: DataFrame) -> DataFrame:
    """Profiles and doses to correct by side, class and grade of evidence."""
    keys = ("side", "disposition", "case_class", "evidence_grade")
    return (
        corrections.groupBy(*keys)
        .agg(F.count(F.lit(1)).alias("rows"), F.sum("doses").alias("doses"))
        .orderBy(*keys)
    )


def ledger_lines(ledger: DataFrame) -> DataFrame:
    """The ledger of the nation: rows and checksum by stage and class."""
    sums = [F.sum(name).alias(name) for name in ("rows", "checksum")]
    return ledger.groupBy("stage", "class").agg(*sums).orderBy("stage", "class")


def open_rows(progress: DataFrame, runs: DataFrame) -> DataFrame:
    """Dose rows somebody has still to look at, of all rows, by run in time and province."""
    began = runs.select("run_id", "started_at")  # one row per run
    counted = (
        progress.join(began, on="run_id", how="inner")
        .groupBy("started_at", "run_id", "province_code")
        .agg(
            F.sum(F.when(F.col("disposition").isin(*OPEN), F.col("rows")).otherwise(0)).alias(
                "open"
            ),
            F.sum("rows").alias("rows"),
        )
    )
    return counted.orderBy("started_at", "run_id", "province_code")


def unentered(administered: DataFrame, events: DataFrame, facilities: DataFrame) -> DataFrame:
    """Doses administered, recorded and missing by the facility's province; "" where not known.

    A facility that recorded more than it gave covers for no other: `surplus` tells how much.
    """
    given = administered.groupBy("facility_code").agg(F.sum("doses").alias("administered"))
    entered = events.groupBy("facility_code").agg(F.count(F.lit(1)).alias("recorded"))
    place = facilities.select("facility_code", "facility_province")  # one row per facility
    both = given.join(entered, on="facility_code", how="left").join(
        place, on="facility_code", how="left"
    )
    short = F.col("administered") - F.coalesce("recorded", F.lit(0))
    counted = both.groupBy(F.coalesce("facility_province", F.lit("")).alias("province_code")).agg(
        F.sum("administered").alias("administered"),
        F.coalesce(F.sum("recorded"), F.lit(0)).alias("recorded"),
        F.sum(F.greatest(short, F.lit(0))).alias("missing"),
        F.sum(F.greatest(-short, F.lit(0))).alias("surplus"),
    )
    return counted.orderBy(F.desc("missing"), "province_code")


def model_levels(model: DataFrame) -> DataFrame:
    """m, u and weight of every comparison level, strongest first within a comparison."""
    strongest: Column = F.desc_nulls_last("weight")
    return model.select("comparison", "level", "m", "u", "weight").orderBy(
        "comparison", strongest, "level"
    )


def of_run(runs: DataFrame, run_id: str) -> DataFrame:
    """The row of one run: when it began and how long each stage took so far."""
    return runs.where(F.col("run_id") == run_id).select(
        "run_id", "started_at", "code_version", "stage_seconds"
    )
