"""Contradictions: one declared identity that had the same dose twice, on days far apart."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.deduplication.events import DoseRules
from transforms.schemas import FINDING, conform

# The one finding that changes a disposition: the doses of two people may stand under one name.
RULE = "two_people"
FEW = 3  # doses; of more, two with one number are two people's nearly always


def contradictions(doses: DataFrame, real: DataFrame, rules: DoseRules) -> DataFrame:
    """One finding per dose row whose profile has that dose number on another day as well.

    Nobody has a second dose twice: another person's doses were entered under this name (one phone
    for many people), unless one mistyped number explains it all. Double entries lie closer
    together. Doses that people said are `real` are not asked about again, what contradicts them is.
    """
    known = doses.select("dose_id", "profile_id", "dose_number", "injected_on")
    dated = known.dropna(subset=["dose_number", "injected_on"])
    span = F.datediff(F.max("injected_on"), F.min("injected_on"))
    spans = dated.groupBy("profile_id", "dose_number").agg(span.alias("days"))
    apart = spans.where(F.col("days") > rules.max_event_days)
    # One row per profile and number on the right: few, but not where a register numbers no dose.
    rows = dated.join(apart, on=["profile_id", "dose_number"], how="inner")
    mistyped = dated.transform(one_number_mistyped, apart, rules)
    torn = rows.join(mistyped, on="profile_id", how="left_anti")
    asked = torn.join(F.broadcast(real), on="dose_id", how="left_anti")
    detail = F.format_string("dose %d on days %d days apart", "dose_number", "days")
    return conform(
        asked.select("dose_id", F.lit(RULE).alias("rule"), detail.alias("detail")), FINDING
    )


def one_number_mistyped(dated: DataFrame, apart: DataFrame, rules: DoseRules) -> DataFrame:
    """`profile_id` of the profiles `apart` whose few doses are in order but for one number.

    Two or three doses, each as long after the one before as doses are, the numbers one short.
    """
    asked = dated.join(apart, on="profile_id", how="left_semi")
    histories = asked.groupBy("profile_id").agg(
        F.max("dose_number").alias("highest"),
        F.array_sort(F.collect_set("injected_on")).alias("on"),
    )
    later = F.slice("on", 2, F.size("on"))
    gaps = F.zip_with("on", later, lambda one, following: F.datediff(following, one))
    events = 1 + F.size(F.filter("gaps", lambda days: days > rules.max_event_days))
    hurried = F.exists(
        "gaps", lambda days: days.between(rules.max_event_days + 1, rules.min_interval_days - 1)
    )
    told = histories.withColumn("gaps", gaps)
    in_order = (
        (events <= FEW) & (F.col("highest") == events - 1) & ~F.coalesce(hurried, F.lit(False))
    )
    return told.where(in_order).select("profile_id")


def doubted(findings: DataFrame) -> DataFrame:
    """`dose_id` → `doubt`: the dose rows that may be another person's."""
    torn = findings.where(F.col("rule") == RULE)
    return torn.select("dose_id", F.col("rule").alias("doubt"))
