"""Candidate pairs with both sides' evidence, compared: levels, and the patterns they form."""

from collections.abc import Mapping
from typing import NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import aliased
from transforms.name_comparison import TokenFrequencies
from transforms.schemas import COMPARED_PAIR, LEVELS, conform
from transforms.scoring import comparisons
from transforms.scoring.evidence import birth_text
from transforms.scoring.forms import LEVELS_OF_FORM, form_bits
from transforms.similarity import compared_names


class Sides(NamedTuple):
    """Both sides' evidence, one row a profile and one a resident."""

    profiles: DataFrame
    residents: DataFrame


class NameEvidence(NamedTuple):
    """What a pair's names say: (level, rarity, typed_rarity), and the bits of the typed form."""

    compared: Column
    form_bits: Column


RARITY_STEP = 3.0  # bits; patterns share a rarity to the nearest step
PATTERN = tuple(LEVELS)


def levels() -> dict[str, Column]:
    """Every level that needs no names."""
    return {
        "birth_level": comparisons.birth_level(),
        "sex_level": comparisons.sex_level(),
        "number_level": comparisons.number_level(),
        "phone_level": comparisons.phone_level(),
        "place_level": comparisons.place_level(),
        "history_level": comparisons.history_level(),
    }


def compared_pairs(pairs: DataFrame, sides: Sides, names: NameEvidence) -> DataFrame:
    """One row per candidate pair: its levels and the rarity of the agreeing part of the name."""
    both = with_evidence(pairs, sides).select(
        "profile_id",
        "resident_id",
        "rules",
        names.compared.alias("compared"),
        names.form_bits.alias("form_bits"),
        comparisons.name_of_household().alias("of_household"),
        *aliased(levels()),
    )
    borrowed = F.col("of_household") & F.col("compared.level").isin(*comparisons.UNLIKE_NAMES)
    formed = F.col("compared.level").isin(*LEVELS_OF_FORM)
    rarity = F.col("compared.rarity") + F.when(formed, F.col("form_bits")).otherwise(F.lit(0.0))
    compared = both.withColumns(
        {
            "name_level": F.when(borrowed, "household_name").otherwise(F.col("compared.level")),
            "name_rarity": F.when(borrowed, F.col("compared.typed_rarity")).otherwise(rarity),
        }
    )
    return conform(compared, COMPARED_PAIR)


def with_evidence(pairs: DataFrame, sides: Sides) -> DataFrame:
    known = pairs.join(sides.residents, on="resident_id", how="inner")
    return known.join(sides.profiles.select("profile_id", "p"), on="profile_id", how="inner")


def name_evidence(
    frequencies: TokenFrequencies,
    confusions: frozenset[frozenset[str]],
    forms: Mapping[str, float],
) -> NameEvidence:
    """The comparison of the two names of a pair, with `forms` the share of profiles by form."""
    typed, folded, real = F.col("p.name"), F.col("p.name_folded"), F.col("r.name")
    return NameEvidence(
        compared_names(frequencies, confusions)(typed, real), form_bits(forms, typed, folded)
    )


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
    sampled = F.pmod(F.xxhash64("profile_id"), F.lit(one_in)) == 0
    return verifications.where((F.col("verdict") == "verified") & sampled).select(
        "profile_id", "resident_id", F.array().cast("array<string>").alias("rules")
    )


def random_pairs(profiles: DataFrame, residents: DataFrame) -> DataFrame:
    """Levels of every profile with every resident of two small samples: agreement by chance."""
    whole = F.struct("*", birth_text().alias("birth_text"))
    left, right = profiles.select(whole.alias("p")), residents.select(whole.alias("r"))
    return left.crossJoin(right).select(
        comparisons.birth_level().alias("birth_level"),
        comparisons.sex_level().alias("sex_level"),
        comparisons.place_level().alias("place_level"),
    )


def sampled(frame: DataFrame, key: str, one_in: int) -> DataFrame:
    """One in so many rows, drawn by hash: the same rows in every run."""
    return frame.where(F.pmod(F.xxhash64(key, F.lit("sample")), F.lit(one_in)) == 0)


def level_counts(compared: DataFrame) -> DataFrame:
    """(comparison, level, pairs) for every level that occurs."""
    names = [name for name in PATTERN if name in compared.columns]
    stacked = F.explode(
        F.array(
            *(
                F.struct(
                    F.lit(n.removesuffix("_level")).alias("comparison"), F.col(n).alias("level")
                )
                for n in names
            )
        )
    )
    return (
        compared.select(stacked.alias("s"))
        .groupBy("s.comparison", "s.level")
        .agg(F.count("*").alias("pairs"))
    )
