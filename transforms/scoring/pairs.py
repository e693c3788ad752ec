"""Candidate pairs with both sides' evidence, compared: levels, and the patterns they form."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.kernels import applied
from transforms.name_comparison import TokenFrequencies, compare_names, name_rarity
from transforms.schemas import COMPARED_PAIR, LEVELS
from transforms.scoring import comparisons
from transforms.scoring.forms import LEVELS_OF_FORM, form_bits


class Sides(NamedTuple):
    """Both sides' evidence, one row a profile and one a resident."""

    profiles: DataFrame
    residents: DataFrame


class NameEvidence(NamedTuple):
    """What names are compared with: frequencies, confusions, and shares of profiles by form."""

    frequencies: TokenFrequencies
    confusions: frozenset[frozenset[str]]
    forms: Mapping[str, float]


RARITY_STEP = 3.0  # bits; patterns share a rarity to the nearest step
PATTERN = tuple(LEVELS)
NAMELESS: dict[str, Callable[[], pl.Expr]] = {
    "birth_level": comparisons.birth_level,
    "sex_level": comparisons.sex_level,
    "number_level": comparisons.number_level,
    "phone_level": comparisons.phone_level,
    "place_level": comparisons.place_level,
    "history_level": comparisons.history_level,
}


def compared_pairs(pairs: DataFrame, sides: Sides, names: NameEvidence) -> DataFrame:
    """One row per candidate pair: its levels and the rarity of the agreeing part of the name."""

    def kernel(both: pl.DataFrame) -> pl.DataFrame:
        return compared(both, names)

    return applied(with_evidence(pairs, sides), kernel, COMPARED_PAIR)


def compared(both: pl.DataFrame, names: NameEvidence) -> pl.DataFrame:
    """Every level of each pair of `p` and `r`, with the rarity of its name."""
    typed, folded = comparisons.p("name"), comparisons.p("name_folded")
    counted = comparisons.with_number_edits(comparisons.with_birth_edits(both))
    found = counted.select(
        "profile_id",
        "resident_id",
        "rules",
        typed.alias("typed"),
        comparisons.r("name").alias("real"),
        form_bits(names.forms, typed, folded).alias("form_bits"),
        comparisons.name_of_household().alias("of_household"),
        *(made().alias(name) for name, made in NAMELESS.items()),
    )
    level, formed = pl.col("name_level"), pl.col("name_level").is_in(LEVELS_OF_FORM)
    borrowed = pl.col("of_household") & level.is_in(comparisons.UNLIKE_NAMES)
    rarity = pl.col("name_rarity") + pl.when(formed).then(pl.col("form_bits")).otherwise(0.0)
    named = found.with_columns(name_columns(found, names)).with_columns(
        borrowed=borrowed, name_rarity=rarity
    )
    return named.with_columns(
        name_level=pl.when("borrowed").then(pl.lit("household_name")).otherwise(level),
        name_rarity=pl.when("borrowed")
        .then(typed_rarity(named, names.frequencies))
        .otherwise(pl.col("name_rarity")),
    )


def name_columns(found: pl.DataFrame, names: NameEvidence) -> list[pl.Series]:
    """name_level and name_rarity of `typed` beside `real`; each distinct pair is compared once."""
    pairs = list(zip(found["typed"].to_list(), found["real"].to_list(), strict=True))
    known = {pair: _compared(*pair, names) for pair in set(pairs)}
    results = [known[pair] for pair in pairs]
    return [
        pl.Series("name_level", [level for level, _ in results], dtype=pl.String),
        pl.Series("name_rarity", [rarity for _, rarity in results], dtype=pl.Float64),
    ]


def _compared(typed: str | None, real: str | None, names: NameEvidence) -> tuple[str, float]:
    if typed is None or real is None:
        return "missing", 0.0
    found = compare_names(typed, real, names.frequencies, names.confusions)
    return found.level, found.rarity


def typed_rarity(named: pl.DataFrame, frequencies: TokenFrequencies) -> pl.Series:
    """How rare the typed name is, where it is borrowed; null elsewhere."""
    borrowed = zip(named["typed"].to_list(), named["borrowed"].to_list(), strict=True)
    values = [name_rarity(name, frequencies) if taken else None for name, taken in borrowed]
    return pl.Series(values, dtype=pl.Float64)


def with_evidence(pairs: DataFrame, sides: Sides) -> DataFrame:
    known = pairs.join(sides.profiles, on="profile_id", how="inner")
    return known.join(sides.residents, on="resident_id", how="inner")


def patterns(compared: DataFrame) -> DataFrame:
    """How many pairs show each agreement pattern; anchors are counted apart."""
    rarity = (F.round(F.col("name_rarity") / RARITY_STEP) * RARITY_STEP).alias("rarity")
    return compared.groupBy(*PATTERN, rarity, is_anchor().alias("anchor")).agg(
        F.count("*").alias("pairs")
    )


def is_anchor() -> Column:
    """Anchors were found by no rule."""
    return F.size("rules") == 0


def anchor_pairs(verifications: DataFrame, one_in: int) -> DataFrame:
    """A fixed sample of verified pairs: matches beyond doubt."""
    return verifications.where(is_drawn(one_in)).select(
        "profile_id", "resident_id", F.array().cast("array<string>").alias("rules")
    )


def asking(verifications: DataFrame, one_in: int) -> DataFrame:
    """The verdicts of profiles that pairs are made of: the open ones and the anchors."""
    return verifications.where((F.col("verdict") != "verified") | is_drawn(one_in))


def is_drawn(one_in: int) -> Column:
    """Whether a verified profile is an anchor."""
    drawn = F.pmod(F.xxhash64("profile_id"), F.lit(one_in)) == 0
    return (F.col("verdict") == "verified") & drawn
