"""Linkage: at most one resident per profile; a tie is abstained, never guessed."""

from pydantic import BaseModel, Field
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.schemas import LEVELS, LINK, conform


class Threshold(BaseModel, frozen=True, extra="forbid"):
    """Where certainty begins and where a person's time stops being worth it."""

    link: float = Field(default=0.98, gt=0.5, lt=1)
    margin: float = Field(default=3.0, ge=0)  # bits the best must lead the runner-up by
    review: float = Field(default=0.05, gt=0, lt=1)


def links(scored: DataFrame, verifications: DataFrame, threshold: Threshold) -> DataFrame:
    """One row per profile that is not verified: its best resident, and what was decided."""
    ranked = scored.select("*", *ranking()).where(F.col("rank") == 1)
    best = ranked.select(
        "profile_id",
        F.col("resident_id").alias("best_resident_id"),
        "runner_up_id",
        "match_probability",
        "match_weight",
        F.coalesce(F.col("match_weight") - F.col("next_weight"), F.lit(99.0)).alias("margin"),
        "candidates",
        "any_probability",
        evidence().alias("evidence"),
    )
    unverified = verifications.where(F.col("verdict") != "verified").select("profile_id")
    judged = unverified.join(best, on="profile_id", how="left").withColumn(
        "decision", decision(threshold)
    )
    linked = F.when(F.col("decision") == "linked", F.col("best_resident_id"))
    return conform(judged.withColumn("resident_id", linked), LINK)


def ranking() -> list[Column]:
    """Rank, runner-up and totals of a profile's candidates, in one total order."""
    profile = Window.partitionBy("profile_id")
    best_first = profile.orderBy(F.desc("match_probability"), F.desc("match_weight"), "resident_id")
    return [
        F.row_number().over(best_first).alias("rank"),
        F.lead("resident_id").over(best_first).alias("runner_up_id"),
        F.lead("match_weight").over(best_first).alias("next_weight"),
        F.count("*").over(profile).cast("int").alias("candidates"),
        F.sum("match_probability").over(profile).alias("any_probability"),
    ]


def decision(threshold: Threshold) -> Column:
    certain = (F.col("match_probability") >= threshold.link) & (F.col("margin") >= threshold.margin)
    worth_a_look = F.col("any_probability") >= threshold.review
    return (
        F.when(F.coalesce(certain, F.lit(False)), "linked")
        .when(F.coalesce(worth_a_look, F.lit(False)), "review")
        .otherwise("unlinked")
    )


def evidence() -> Column:
    """The best candidate's levels as "comparison=level"."""
    return F.array(
        *(F.concat(F.lit(name.removesuffix("_level") + "="), F.col(name)) for name in LEVELS)
    )
