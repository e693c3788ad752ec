"""From levels to one probability: a profile's candidates, their lookalikes and nobody compete."""

import operator
from collections.abc import Mapping
from functools import reduce
from math import log2

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.schemas import SCORED_PAIR, conform
from transforms.scoring.estimation import Parameters, ScoringRules

COMPARISONS = ("name", "birth", "sex", "number", "phone", "place", "history")


def level_weight(comparison: str, weights: Mapping[str, float]) -> Column:
    """The weight of the pair's level of one comparison, in bits."""
    level, *others = sorted(weights)
    chosen = F.when(F.col(f"{comparison}_level") == level, F.lit(weights[level]))
    for level in others:
        chosen = chosen.when(F.col(f"{comparison}_level") == level, F.lit(weights[level]))
    return chosen


def weights_of(parameters: Parameters, comparison: str) -> Column:
    return level_weight(
        comparison,
        {level: parameters.weight(comparison, level) for level in parameters.m[comparison]},
    )


def scored_pairs(compared: DataFrame, parameters: Parameters, rules: ScoringRules) -> DataFrame:
    """One row per candidate pair with match weight, lookalike weight and posterior probability."""
    candidates = compared.where(F.size("rules") > 0)
    weighed = candidates.transform(with_weights, parameters, rules)
    return conform(weighed.transform(with_probability, parameters), SCORED_PAIR)


def with_weights(compared: DataFrame, parameters: Parameters, rules: ScoringRules) -> DataFrame:
    """Adds match_weight, the sum of all comparisons, and lookalike_weight, that of its rivals."""
    rivals = lookalike_levels(parameters, rules)
    terms = compared.select(
        "*",
        (weights_of(parameters, "name") + F.col("name_rarity")).alias("name_weight"),
        *(weights_of(parameters, c).alias(f"{c}_weight") for c in COMPARISONS[1:]),
        *(level_weight(c, weights).alias(f"{kind}_{c}_weight") for (kind, c), weights in rivals),
    )
    match = reduce(operator.add, (F.col(f"{c}_weight") for c in COMPARISONS))
    return terms.select(
        "*", match.alias("match_weight"), lookalike_weight(rules).alias("lookalike_weight")
    )


def lookalike_levels(
    parameters: Parameters, rules: ScoringRules
) -> list[tuple[tuple[str, str], dict[str, float]]]:
    """Weights of the levels that a lookalike shows otherwise than the resident would."""
    return [
        (("near", "birth"), parameters.weights_against("birth", rules.near_birth)),
        (("twin", "number"), parameters.weights_against("number", rules.twin_number)),
        (("relative", "number"), parameters.weights_against("number", rules.relative_number)),
        (("twin", "name"), {k: log2(max(v, 1e-9)) for k, v in twin_names(parameters, rules)}),
    ]


def twin_names(parameters: Parameters, rules: ScoringRules) -> list[tuple[str, float]]:
    return [(level, rules.twin_name.get(level, 0.0)) for level in parameters.m["name"]]


def lookalike_weight(rules: ScoringRules) -> Column:
    """log2 likelihood ratio of "somebody outside the register who resembles this resident".

    Four kinds: the same name and birth date far away; the same name and nearly the birth date
    nearby; a twin, with the same birth date, a sister name and a number one digit off; a relative
    who gave the household's phone and the resident's number.
    """
    name, birth, place = F.col("name_weight"), F.col("birth_weight"), F.col("place_weight")
    far = name + birth
    near = name + F.col("near_birth_weight") + place
    twin = (
        F.col("twin_name_weight")
        + F.col("name_rarity")
        + F.when(F.col("birth_level") == "exact", birth).otherwise(F.lit(-60.0))
        + F.col("twin_number_weight")
        + F.col("phone_weight")
        + place
    )
    relative = F.col("relative_number_weight") + F.col("phone_weight") + place
    kinds = (
        (rules.namesakes_far, far),
        (rules.namesakes_near, near),
        (rules.twins, twin),
        (rules.relatives, relative),
    )
    return F.log2(
        reduce(operator.add, (share * F.pow(F.lit(2.0), weight) for share, weight in kinds))
    )


def best_candidates(compared: DataFrame, parameters: Parameters, rules: ScoringRules) -> DataFrame:
    """The heaviest candidate of each profile, and the anchors: what the model may learn from.

    Household members come along as candidates of nearly everybody; counted as pairs of their own
    they would teach that a match has another name and birth date.
    """
    weighed = compared.transform(with_weights, parameters, rules)
    heaviest = Window.partitionBy("profile_id").orderBy(F.desc("match_weight"), "resident_id")
    return weighed.withColumn("rank", F.row_number().over(heaviest)).where(F.col("rank") == 1)


def with_probability(weighed: DataFrame, parameters: Parameters) -> DataFrame:
    """match_probability: P(this resident) among all candidates, their lookalikes and nobody.

    P_i ∝ (1 − π)/N · 2^w_i; nobody ∝ π · (1 + Σ_j 2^l_j / N). All terms are taken relative to the
    profile's largest, so that no power overflows.
    """
    profile = Window.partitionBy("profile_id")
    largest = F.max(F.greatest("match_weight", "lookalike_weight", F.lit(0.0))).over(profile)
    inside = (1 - parameters.outsiders) / parameters.residents * two_to("match_weight")
    outside = parameters.outsiders * (
        F.pow(F.lit(2.0), -F.col("largest"))
        + F.sum(two_to("lookalike_weight")).over(profile) / parameters.residents
    )
    probability = inside / (F.sum(inside).over(profile) + outside)
    # Sums of doubles depend on the order of rows in their last digits; a re-run must not.
    return weighed.withColumn("largest", largest).withColumn(
        "match_probability", F.round(probability, 9)
    )


def two_to(weight: str) -> Column:
    return F.pow(F.lit(2.0), F.col(weight) - F.col("largest"))
