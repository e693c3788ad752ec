"""Quality without labels: shares with their intervals, calibration, the choice of a threshold."""

from collections.abc import Sequence
from itertools import pairwise

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.intervals import Estimate, wilson
from transforms.measurement.outcomes import DIMENSIONS
from transforms.schemas import QUALITY, conform

# Upper edges are open; the last bin holds probability 1. Fine where decisions are made.
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999,
              0.9995, 0.9999)  # fmt: skip
NONE = "(none)"


def figure(measure: str | Column, estimate: Estimate, n: Column) -> Column:
    """One line of `quality` but for its dimension and subgroup."""
    named = F.lit(measure) if isinstance(measure, str) else measure
    parts = zip(("value", "low", "high"), estimate, strict=True)
    return F.struct(
        named.alias("measure"),
        *(column.cast("double").alias(name) for name, column in parts),
        n.cast("bigint").alias("n"),
    )


def alone(value: Column) -> Estimate:
    """A value that comes without an interval."""
    nothing = F.lit(None).cast("double")
    return Estimate(value, nothing, nothing)


def told(counted: DataFrame, figures: Sequence[Column]) -> DataFrame:
    """The figures of every row of `counted`, which names a dimension and a subgroup."""
    each = counted.select("dimension", "subgroup", F.explode(F.array(*figures)).alias("f"))
    return conform(each.select("dimension", "subgroup", "f.*"), QUALITY)


def by_subgroup(masked: DataFrame) -> DataFrame:
    """Precision, recall and the share of true pairs compared: in all and for every subgroup."""
    cells = masked.groupBy(*DIMENSIONS).agg(*counts(F.col("decision") == "linked"))
    every = {"all": F.lit("all"), **{name: F.col(name) for name in DIMENSIONS}}
    named = [
        F.struct(F.lit(d).alias("dimension"), F.coalesce(value, F.lit(NONE)).alias("subgroup"))
        for d, value in every.items()
    ]
    spread = cells.select(F.explode(F.array(*named)).alias("of"), *COUNTS)
    sums = [F.sum(name).alias(name) for name in COUNTS]
    summed = spread.groupBy("of.dimension", "of.subgroup").agg(*sums)
    profiles, review = F.col("profiles"), F.col("review")
    figures = [
        figure("precision", wilson(F.col("right"), F.col("linked")), F.col("linked")),
        figure("recall", wilson(F.col("right"), profiles), profiles),
        figure("compared", wilson(F.col("compared"), profiles), profiles),
        figure("review", wilson(review, profiles), profiles),
        figure("linked_if_absent", wilson(F.col("if_absent"), profiles), profiles),
    ]
    return told(summed, figures)


COUNTS = ("profiles", "linked", "right", "compared", "review", "if_absent")


def counts(linked: Column) -> list[Column]:
    return [
        F.count("*").alias("profiles"),
        F.count_if(linked).alias("linked"),
        F.count_if(linked & F.col("best_is_right")).alias("right"),
        F.count_if("compared").alias("compared"),
        F.count_if(F.col("decision") == "review").alias("review"),
        F.count_if(F.col("decision_if_absent") == "linked").alias("if_absent"),
    ]


def by_threshold(masked: DataFrame, margin: float) -> DataFrame:
    """Precision and recall that other thresholds on the probability would have had."""
    enough = F.col("margin") >= margin
    sums = [
        F.count_if(enough & (F.col("match_probability") >= t) & also).alias(f"{name}_{at}")
        for at, t in enumerate(THRESHOLDS)
        for name, also in (("linked", F.lit(True)), ("right", F.col("best_is_right")))
    ]
    whole = masked.agg(F.count("*").alias("profiles"), *sums)
    rows = [
        F.struct(
            F.lit("threshold").alias("dimension"),
            F.lit(f"{t:g}").alias("subgroup"),
            *(F.col(f"{name}_{at}").alias(name) for name in ("linked", "right")),
            F.col("profiles"),
        )
        for at, t in enumerate(THRESHOLDS)
    ]
    right, linked, profiles = F.col("right"), F.col("linked"), F.col("profiles")
    figures = [
        figure("precision", wilson(right, linked), linked),
        figure("recall", wilson(right, profiles), profiles),
    ]
    return told(whole.select(F.inline(F.array(*rows))), figures)


def calibration(masked: DataFrame) -> DataFrame:
    """Per bin of the best candidate's probability: promised and observed share, and their gap.

    `expected_calibration_error` is the mean absolute gap, weighted by profiles.
    """
    binned = masked.where(F.col("match_probability").isNotNull()).select(
        bin_of(F.col("match_probability")).alias("subgroup"), "match_probability", "best_is_right"
    )
    # Probabilities carry nine decimals: sums of whole numbers do not depend on the order of rows.
    promised = F.sum(F.round(F.col("match_probability") * 1e9).cast("bigint")) / 1e9
    bins = binned.groupBy(F.lit("probability").alias("dimension"), "subgroup").agg(
        F.count("*").alias("n"),
        F.count_if("best_is_right").alias("right"),
        promised.alias("promised"),
    )
    n, right = F.col("n"), F.col("right")
    shown = [
        figure("observed", wilson(right, n), n),
        figure("promised", alone(F.col("promised") / n), n),
    ]
    gap = F.sum(F.round(F.abs(F.col("promised") - right), 6).cast("decimal(18,6)"))
    error = bins.agg(F.sum("n").alias("n"), gap.alias("gap")).select(
        F.lit("all").alias("dimension"), F.lit("all").alias("subgroup"), "n", "gap"
    )
    mean = F.try_divide(F.col("gap").cast("double"), n)
    summary = told(error, [figure("expected_calibration_error", alone(mean), n)])
    return told(bins, shown).unionByName(summary)


def bin_of(probability: Column) -> Column:
    """The bin as text, "0.95–0.98"."""
    found = F.lit(None).cast("string")
    for low, high in pairwise(EDGES):
        found = F.when(probability >= low, F.lit(f"{low:g}–{high:g}")).otherwise(found)
    return found
