"""From levels to one probability: a profile's candidates, their lookalikes and nobody compete.

Kernels of compared pairs, all of a profile's at once and in order.
"""

import operator
from collections.abc import Mapping
from functools import partial, reduce
from math import log2

import polars as pl
from pyspark.sql import DataFrame

from transforms.exchange import applied_to_each
from transforms.schemas import BOOL, DOUBLE, LEVELS, LONG, SCORED_PAIR, table
from transforms.scoring.estimation import Parameters, ScoringRules
from transforms.scoring.pairs import APART

COMPARISONS = ("name", "birth", "sex", "number", "phone", "place", "history")
RARITY_STEP = 3.0  # bits; patterns share a rarity to the nearest step
PROBABILITY_DIGITS = 9
# How many pairs show one agreement pattern.
PATTERN_COUNT = table("anchor pairs rarity", **LEVELS, rarity=DOUBLE, anchor=BOOL, pairs=LONG)


def scored_pairs(compared: DataFrame, parameters: Parameters, rules: ScoringRules) -> DataFrame:
    """One row per candidate pair with match weight, lookalike weight and posterior probability."""
    weighed = partial(scored, parameters=parameters, rules=rules)
    return applied_to_each(compared, weighed, SCORED_PAIR)


def patterns(compared: DataFrame, parameters: Parameters, rules: ScoringRules) -> DataFrame:
    """How many pairs of the best candidates show each agreement pattern; anchors apart."""

    def kernel(pairs: pl.DataFrame) -> pl.DataFrame:
        return counted(best_candidates(pairs, parameters, rules))

    return applied_to_each(compared, kernel, PATTERN_COUNT)


def counted(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs by pattern; anchors were found by no rule."""
    steps = (pl.col("name_rarity") / RARITY_STEP).round(mode="half_away_from_zero")
    rarity = (steps * RARITY_STEP).alias("rarity")
    anchor = (pl.col("rules") == "").alias("anchor")
    patterns = pairs.group_by(*LEVELS, rarity, anchor).agg(pairs=pl.len().cast(pl.Int64))
    return patterns.with_columns(pl.col(*LEVELS).cast(pl.String))


def scored(compared: pl.DataFrame, parameters: Parameters, rules: ScoringRules) -> pl.DataFrame:
    """The candidates among compared pairs, weighed."""
    candidates = compared.filter(pl.col("rules") != "")
    weighed = with_probability(with_weights(candidates, parameters, rules), parameters)
    rules_found = pl.col("rules").cast(pl.String).str.split(APART)
    return weighed.with_columns(rules_found, pl.col(*LEVELS).cast(pl.String))


def level_weight(comparison: str, weights: Mapping[str, float]) -> pl.Expr:
    """The weight of the pair's level of one comparison, in bits."""
    return pl.col(f"{comparison}_level").replace_strict(dict(weights), return_dtype=pl.Float64)


def weights_of(parameters: Parameters, comparison: str) -> pl.Expr:
    return level_weight(
        comparison,
        {level: parameters.weight(comparison, level) for level in parameters.m[comparison]},
    )


def with_weights(
    compared: pl.DataFrame, parameters: Parameters, rules: ScoringRules
) -> pl.DataFrame:
    """Adds match_weight, the sum of all comparisons, and lookalike_weight, that of its rivals."""
    rivals = lookalike_levels(parameters, rules)
    terms = compared.with_columns(
        (weights_of(parameters, "name") + pl.col("name_rarity")).alias("name_weight"),
        *(weights_of(parameters, c).alias(f"{c}_weight") for c in COMPARISONS[1:]),
        *(level_weight(c, weights).alias(f"{kind}_{c}_weight") for (kind, c), weights in rivals),
    )
    match = reduce(operator.add, (pl.col(f"{c}_weight") for c in COMPARISONS))
    return terms.with_columns(match_weight=match, lookalike_weight=lookalike_weight(rules))


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


def lookalike_weight(rules: ScoringRules) -> pl.Expr:
    """log2 likelihood ratio of "somebody outside the register who resembles this resident".

    Four kinds: the same name and birth date far away; the same name and nearly the birth date
    nearby; a twin, with the same birth date, a sister name and a number one digit off; a relative
    who gave the household's phone and the resident's number.
    """
    name, birth, place = pl.col("name_weight"), pl.col("birth_weight"), pl.col("place_weight")
    far = name + birth
    near = name + pl.col("near_birth_weight") + place
    twin = (
        pl.col("twin_name_weight")
        + pl.col("name_rarity")
        + pl.when(pl.col("birth_level") == "exact").then(birth).otherwise(-60.0)
        + pl.col("twin_number_weight")
        + pl.col("phone_weight")
        + place
    )
    relative = pl.col("relative_number_weight") + pl.col("phone_weight") + place
    kinds = (
        (rules.namesakes_far, far),
        (rules.namesakes_near, near),
        (rules.twins, twin),
        (rules.relatives, relative),
    )
    return reduce(operator.add, (share * two_to(weight) for share, weight in kinds)).log(2)


def best_candidates(
    compared: pl.DataFrame, parameters: Parameters, rules: ScoringRules
) -> pl.DataFrame:
    """The heaviest candidate of each profile, and the anchors: what the model may learn from.

    Household members come along as candidates of nearly everybody; counted as pairs of their own
    they would teach that a match has another name and birth date.
    """
    weighed = with_weights(compared, parameters, rules)
    best_first = weighed.sort(
        "profile_id", "match_weight", "resident_id", descending=[False, True, False]
    )
    return best_first.unique("profile_id", keep="first")


def with_probability(weighed: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """match_probability: P(this resident) among all candidates, their lookalikes and nobody.

    P_i ∝ (1 − π)/N · 2^w_i; nobody ∝ π · (1 + Σ_j 2^l_j / N). All terms are taken relative to the
    profile's largest, so that no power overflows.
    """
    largest, residents = pl.col("largest"), parameters.residents
    heavier = pl.max_horizontal("match_weight", "lookalike_weight", 0.0)
    terms = weighed.with_columns(heavier.max().over("profile_id").alias("largest")).with_columns(
        inside=(1 - parameters.outsiders) / residents * two_to(pl.col("match_weight") - largest),
        alike=two_to(pl.col("lookalike_weight") - largest) / residents,
    )
    of_profile = {name: pl.sum(name).over("profile_id") for name in ("inside", "alike")}
    outside = parameters.outsiders * (two_to(-largest) + of_profile["alike"])
    probability = pl.col("inside") / (of_profile["inside"] + outside)
    # Sums of doubles depend on the order of rows in their last digits; a re-run must not.
    return terms.with_columns(match_probability=probability.round(PROBABILITY_DIGITS))


def two_to(bits: pl.Expr) -> pl.Expr:
    return pl.lit(2.0).pow(bits)
