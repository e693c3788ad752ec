"""Links of two tables: at most one right record per left one; ties abstain."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.matching.rules import Thresholds


def links(scored: DataFrame, threshold: Thresholds, *, one_to_one: bool) -> DataFrame:
    """One row per left record with a candidate: its best right record and what was decided."""
    ranked = scored.select(
        "left_id", "right_id", "match_probability",
        *_standing("src", "dst", "left"), *_standing("dst", "src", "right"),
    )  # fmt: skip
    best = ranked.where(F.col("left_rank") == 1)
    lead = F.least("left_lead", "right_lead") if one_to_one else F.col("left_lead")
    judged = best.withColumn("margin", F.round(F.least(lead, F.lit(99.0)), 3))
    return judged.select(
        "left_id", "right_id", _decision(threshold, one_to_one=one_to_one).alias("decision"),
        "match_probability", "margin",
    )  # fmt: skip


def _standing(of: str, other: str, side: str) -> list[Column]:
    """The rank of a pair among those of one of its records, and its lead over the next in bits."""
    best_first = Window.partitionBy(of).orderBy(F.desc("match_weight"), other)
    following = F.lead("match_weight").over(best_first)
    lead = F.coalesce(F.col("match_weight") - following, F.lit(99.0))
    return [F.row_number().over(best_first).alias(f"{side}_rank"), lead.alias(f"{side}_lead")]


def _decision(threshold: Thresholds, *, one_to_one: bool) -> Column:
    certain = (F.col("match_probability") >= threshold.link) & (F.col("margin") >= threshold.margin)
    first = F.col("right_rank") == 1 if one_to_one else F.lit(True)
    worth_a_look = F.col("match_probability") >= threshold.review
    return F.when(certain & first, "linked").when(worth_a_look, "review").otherwise("unlinked")
