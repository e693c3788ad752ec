"""What came of the answers: how many of which kind, and what they changed."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.decisions import CONFIRMED, judgements, standing

ANSWERS = ("right", "wrong", "not_here", "check")


def answers(decisions: DataFrame) -> DataFrame:
    """One row per sheet: rows answered by answer, contradicting ones, and values written."""
    agreed = ~F.col("in_conflict")
    said = {name: F.count_if(agreed & (F.col("answer") == name)) for name in ANSWERS}
    said["contradicting"] = F.count_if(F.col("in_conflict"))
    said["values"] = F.count_if(agreed & F.col("corrected_value").isNotNull())
    counted = standing(decisions).groupBy("sheet")
    return counted.agg(*(n.alias(name) for name, n in said.items())).orderBy("sheet")


def effects(decisions: DataFrame, links: DataFrame) -> DataFrame:
    """Judged pairs by what this run made of them; the links are one per profile at most."""
    linked = F.col("resident_id").alias("linked_id")
    made = links.select("profile_id", "decision", linked, "best_resident_id")
    both = judgements(decisions).join(made, on="profile_id", how="left")
    return (
        both.groupBy("judgement", effect().alias("effect"))
        .agg(F.count(F.lit(1)).alias("rows"))
        .orderBy("judgement", "effect")
    )


def effect() -> Column:
    """What a judged pair has come to."""
    yes = F.col("judgement") == CONFIRMED
    same = F.col("linked_id").eqNullSafe(F.col("resident_id"))
    return (
        F.when(F.col("decision").isNull(), "agrees by number now")
        .when(yes & same, "linked for certain")
        .when(yes, "no longer in the register")
        .when(same, "waits for the next run")  # links from before the answer
        .when(F.col("decision") == "linked", "another one was confirmed")
        .when(F.col("best_resident_id").isNotNull(), "next candidate proposed")
        .when(F.col("decision") == "review", "to review, nobody else to propose")
        .otherwise("nobody of the candidates")
    )
