"""From levels to one probability: weights of the pattern, rarity of the values, rivals."""

import operator
from collections.abc import Sequence
from functools import reduce

import numpy as np
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.matching.estimation import Codes, Model, Size, Vector, match_weights
from transforms.matching.pairs import pattern
from transforms.matching.rules import Comparison

Comparisons = Sequence[Comparison]
# A value held by nobody else still may have been anybody's: half a record.
LEAST_HOLDERS = 0.5
PATTERN, PATTERN_WEIGHT = "pattern", "pattern_weight"


def adjusted(comparisons: Comparisons) -> list[int]:
    """The comparisons whose exact level weighs more the rarer the value."""
    return [at for at, c in enumerate(comparisons) if c.term_frequency and "exact" in c.levels]


def pattern_weights(model: Model, comparisons: Comparisons, codes: Codes) -> dict[str, Vector]:
    """Per pattern its weight in bits and, per adjusted comparison, how far rarity counts (0..1).

    A value that another level already implies (a town by its postcode) is no rarer than that one.
    """
    table = {PATTERN_WEIGHT: match_weights(model, codes)}
    for at in adjusted(comparisons):
        exact, parent = comparisons[at].levels.index("exact"), model.parents[at]
        own = np.clip(np.log2(model.given[at][:, exact]) / np.log2(model.u[at][exact]), 0, 1)
        row = np.full(len(codes), -1) if parent is None else codes[:, parent]
        table[f"{comparisons[at].column}_share"] = np.where(codes[:, at] == exact, own[row], 0.0)
    return table


def rarity(model: Model, comparisons: Comparisons, size: Size) -> Column:
    """Bits on top of the pattern's weight for how rare the values agreed upon are."""
    terms = [_rarity(model, comparisons[at], at, size) for at in adjusted(comparisons)]
    return reduce(operator.add, terms, F.lit(0.0))


def _rarity(model: Model, comparison: Comparison, at: int, size: Size) -> Column:
    """log2(u / share of other people with this value).

    Records that match each other hold the value once: their expected number is taken off.
    """
    exact = comparison.levels.index("exact")
    u = float(model.u[at][exact])
    partners = 2 * model.matches / size.records * float(model.m[at][exact])
    least = min(LEAST_HOLDERS, size.records * u)
    others = F.col(f"{comparison.column}_records") - (1 + partners)
    bits = np.log2(u * size.records) - F.log2(F.greatest(others, F.lit(least)))
    return F.col(f"{comparison.column}_share") * F.coalesce(bits, F.lit(0.0))


def weighed(compared: DataFrame, weights: DataFrame, comparisons: Comparisons) -> DataFrame:
    """The pairs with what `weights` says about their pattern; it has one row per pattern."""
    keyed = compared.withColumn(PATTERN, pattern(comparisons))
    return keyed.join(F.broadcast(weights), on=PATTERN, how="inner")


def scored(weighed: DataFrame, model: Model, comparisons: Comparisons, size: Size) -> DataFrame:
    """Adds rarity and match_weight in bits, the log odds of the pair by itself, prior included."""
    with_rarity = weighed.withColumn("rarity", F.round(rarity(model, comparisons, size), 6))
    bits = F.col(PATTERN_WEIGHT) + F.col("rarity") + model.prior_bits(size)
    return with_rarity.withColumn("match_weight", F.round(bits, 6))


def counted_with_rarity(scored: DataFrame) -> DataFrame:
    """How many pairs show each pattern at each rarity in whole bits."""
    whole = F.round("rarity").cast("int").alias("rarity")
    return scored.groupBy(PATTERN, whole).agg(F.count("*").alias("pairs"))


def with_pair_probability(scored: DataFrame) -> DataFrame:
    """match_probability of each pair by itself: a record may have any number of matches."""
    return scored.withColumn(
        "match_probability", F.round(1 / (1 + _odds(-F.col("match_weight"))), 9)
    )


def with_rival_probability(scored: DataFrame, *, one_to_one: bool) -> DataFrame:
    """match_probability among all candidates of the left record and nobody.

    One to one, the other left records that claim the same right one are rivals as well:
    P = o / (1 + Σ o of the left record + Σ o of the right record − o), o the odds of each pair.
    """
    odds = _odds(F.col("match_weight"))
    rivals = [F.sum(odds).over(Window.partitionBy("src")) - odds]
    if one_to_one:
        rivals.append(F.sum(odds).over(Window.partitionBy("dst")) - odds)
    whole = reduce(operator.add, [F.greatest(rival, F.lit(0.0)) for rival in rivals], 1 + odds)
    return scored.withColumn("match_probability", F.round(odds / whole, 9))


def _odds(bits: Column) -> Column:
    """2^bits, bounded so that sums neither overflow nor lose what is small."""
    return F.pow(F.lit(2.0), F.greatest(F.least(bits, F.lit(45.0)), F.lit(-45.0)))


def best_only(scored: DataFrame) -> DataFrame:
    """The heaviest pair of each left record: runners-up would teach that a match differs."""
    heaviest = Window.partitionBy("src").orderBy(F.desc("match_weight"), "dst")
    ranked = scored.withColumn("_rank", F.row_number().over(heaviest))
    return ranked.where(F.col("_rank") == 1).drop("_rank")


def readable(scored: DataFrame, comparisons: Comparisons) -> DataFrame:
    """The scored pairs with their levels by name, for people and other programs."""
    levels = [_level_name(c).alias(c.column) for c in comparisons]
    return scored.select(
        "left_id", "right_id", "rules", *levels, "rarity", "match_weight", "match_probability"
    )


def _level_name(comparison: Comparison) -> Column:
    names = F.array(*(F.lit(name) for name in (*comparison.levels, "different")))
    return F.coalesce(F.get(names, F.col(comparison.column)), F.lit("missing"))
