"""Contradictions: one declared identity that had the same dose twice, on days far apart."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.deduplication.events import DoseRules
from transforms.schemas import FINDING, conform

# The one finding that changes a disposition: the doses of two people may stand under one name.
RULE = "two_people"


def contradictions(doses: DataFrame, real: DataFrame, rules: DoseRules) -> DataFrame:
    """One finding per dose row whose profile has that dose number on another day as well.

    Nobody has a second dose twice: a number is mistyped, or another person's doses were entered
    under this name (one phone for many people). Double entries lie closer together. Doses that
    people said are `real` are not asked about again, what contradicts them is.
    """
    dated = doses.dropna(subset=["dose_number", "injected_on"])
    days = F.datediff(F.max("injected_on"), F.min("injected_on"))
    spans = dated.groupBy("profile_id", "dose_number").agg(days.alias("days"))
    apart = spans.where(F.col("days") > rules.max_event_days)
    # One row per profile and number on the right.
    torn = dated.join(F.broadcast(apart), on=["profile_id", "dose_number"], how="inner").join(
        F.broadcast(real), on="dose_id", how="left_anti"
    )
    detail = F.format_string("dose %d on days %d days apart", "dose_number", "days")
    return conform(
        torn.select("dose_id", F.lit(RULE).alias("rule"), detail.alias("detail")), FINDING
    )


def doubted(findings: DataFrame) -> DataFrame:
    """`dose_id` → `doubt`: the dose rows that may be another person's."""
    torn = findings.where(F.col("rule") == RULE)
    return torn.select("dose_id", F.col("rule").alias("doubt"))
