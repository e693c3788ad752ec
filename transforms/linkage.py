"""Linkage: at most one resident per profile; a tie is abstained, never guessed."""

from pydantic import BaseModel, Field
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.schemas import LEVELS, LINK, conform


class Threshold(BaseModel, frozen=True, extra="forbid"):
    """What each outcome costs, in any one unit; the thresholds follow by least expected cost.

    A link costs `wrong_link` when it is wrong, a review always costs `review`, leaving a profile
    alone costs `missed` when one of its candidates was right (Fellegi & Sunter 1969, section 2:
    the three decisions; DuBois 1969 for the costs).
    """

    wrong_link: float = Field(default=100.0, gt=0)
    review: float = Field(default=8.0, gt=0)
    missed: float = Field(default=160.0, gt=0)
    margin: float = Field(default=3.0, ge=0)  # bits the best must lead the runner-up by

    @property
    def link(self) -> float:
        """The probability from which linking costs less than asking."""
        return 1 - self.review / self.wrong_link


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
    """The outcome of least expected cost; where two cost the same, the more careful one."""
    linking = (1 - F.col("match_probability")) * threshold.wrong_link
    leaving = F.col("any_probability") * threshold.missed
    certain = (linking <= threshold.review) & (F.col("margin") >= threshold.margin)
    worth_a_look = leaving >= threshold.review
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
