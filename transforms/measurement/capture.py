"""Capture–recapture between blocking rules: true pairs that no rule has brought together.

Rules that need no number and no phone are one list of the linked pairs, rules that need no name
another; who is on both tells how many are on neither (Chapman 1951).
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.intervals import Estimate, chapman, wilson
from transforms.measurement.quality import alone, figure, told
from transforms.measurement.rules import Keys, descriptive, identifying

COUNTS = ("linked", "first", "second", "both")


def rule_sets(scored_pairs: DataFrame, links: DataFrame) -> DataFrame:
    """Pairs and linked pairs per set of rules that found them: a few hundred rows.

    `links` has one row per profile. `reachable` tells whether a number or a phone was given at
    all, without which the rules on them cannot fire.
    """
    linked = links.where(F.col("decision") == "linked").select(
        "profile_id", "resident_id", F.lit(1).alias("linked")
    )
    reachable = (F.col("number_level") != "absent") | (F.col("phone_level") != "missing")
    judged = scored_pairs.select(
        "profile_id", "resident_id", "rules", reachable.alias("reachable")
    ).join(linked, on=["profile_id", "resident_id"], how="left")
    return judged.groupBy("rules", "reachable").agg(
        F.count("*").alias("pairs"), F.count("linked").alias("linked")
    )


def by_rule(sets: DataFrame) -> DataFrame:
    """Per rule: its share of the pairs, of those nobody else found, and of the linked ones."""
    spread = sets.select(
        F.explode("rules").alias("subgroup"),
        (F.size("rules") == 1).alias("alone"),
        "pairs",
        "linked",
    )
    only = {name: F.when(F.col("alone"), F.col(name)).otherwise(0) for name in ("pairs", "linked")}
    totals = sets.agg(F.sum("pairs").alias("all_pairs"), F.sum("linked").alias("all_linked"))
    counted = spread.groupBy(F.lit("rule").alias("dimension"), "subgroup").agg(
        F.sum("pairs").alias("pairs"),
        F.sum("linked").alias("linked"),
        *(F.sum(column).alias(f"new_{name}") for name, column in only.items()),
    )
    every, links = F.col("all_pairs"), F.col("all_linked")
    figures = [
        figure("rule_pairs", alone(F.col("pairs")), every),
        figure("rule_new_pairs", alone(F.col("new_pairs")), every),
        figure("rule_links", alone(F.col("linked")), links),
        figure("rule_new_links", alone(F.col("new_linked")), links),
        figure("rule_recall_added", wilson(F.col("new_linked"), links), links),
    ]
    return told(counted.crossJoin(F.broadcast(totals)), figures)


def never_compared(sets: DataFrame, rules: Keys) -> DataFrame:
    """True pairs that no rule found: where a number or phone was given, where not, and together.

    Where neither was given one list is empty by nature; there the rate at which the other list
    finds pairs is taken from where both were possible.
    """
    first, second = (on_list(names) for names in (descriptive(rules), identifying(rules)))
    linked = F.col("linked")
    marks = {"linked": linked, "first": counted_where(first), "second": counted_where(second)}
    marks["both"] = counted_where(first & second)
    sums = [
        F.coalesce(F.sum(F.when(part, column)), F.lit(0)).alias(f"{side}_{name}")
        for side, part in (("with", F.col("reachable")), ("without", ~F.col("reachable")))
        for name, column in marks.items()
    ]
    whole = sets.agg(*sums).select(
        F.lit("all").alias("subgroup"), F.lit("number_or_phone").alias("dimension"), "*"
    )
    given, silent = missing_with(), missing_without()
    total = Estimate(*(a + b for a, b in zip(given, silent, strict=True)))
    found = F.col("with_linked") + F.col("without_linked")
    parts = (("given", given, "with_linked"), ("not given", silent, "without_linked"))
    frames = [
        told(whole.withColumn("subgroup", F.lit(name)), [figure(MEASURE, estimate, F.col(n))])
        for name, estimate, n in parts
    ]
    share = Estimate(
        F.try_divide(found, found + total.value),
        F.try_divide(found, found + total.high),
        F.try_divide(found, found + total.low),
    )
    summary = told(
        whole.withColumn("dimension", F.lit("all")),
        [figure(MEASURE, total, found), figure("blocking_recall", share, found)],
    )
    return frames[0].unionByName(frames[1]).unionByName(summary)


MEASURE = "pairs_never_compared"


def on_list(names: tuple[str, ...]) -> Column:
    """Whether any of the named rules found the pair."""
    return F.arrays_overlap("rules", F.array(*map(F.lit, names)).cast("array<string>"))


def counted_where(condition: Column) -> Column:
    return F.when(condition, F.col("linked")).otherwise(0)


def missing_with() -> Estimate:
    """Both lists could find the pair: Chapman's size less all that any rule has found.

    Null where the lists share no pair: nothing can be told then.
    """
    both, found = F.col("with_both"), F.col("with_linked")
    size = chapman(F.col("with_first"), F.col("with_second"), both)
    return Estimate(*(F.when(both > 0, F.greatest(part - found, F.lit(0.0))) for part in size))


def missing_without() -> Estimate:
    """Only the first list could: n found at rate p leave n (1 − p) / p behind."""
    rate = wilson(F.col("with_both"), F.col("with_second"))
    n = F.col("without_linked")
    behind = [F.when(n == 0, 0.0).otherwise(n * F.try_divide(1 - share, share)) for share in rate]
    return Estimate(behind[0], behind[2], behind[1])
