"""Both sides of a pair compared: one level per comparison, and the rarity of what agrees."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import polars as pl

from transforms.name_comparison import NAME_LEVELS, compared_names
from transforms.name_tokens import TokenFrequencies, rarities
from transforms.scoring import comparisons
from transforms.scoring.forms import LEVELS_OF_FORM, form_bits

NAMELESS: dict[str, Callable[[], pl.Expr]] = {
    "birth_level": comparisons.birth_level_at_home,
    "sex_level": comparisons.sex_level,
    "number_level": comparisons.number_level,
    "phone_level": comparisons.phone_level,
    "place_level": comparisons.place_level,
    "history_level": comparisons.history_level,
}
# Levels are few: a pair has the number of each, not its name.
KINDS = pl.Schema(
    {
        "name_level": pl.Enum(NAME_LEVELS),
        "birth_level": pl.Enum(comparisons.BIRTH_LEVELS),
        "sex_level": pl.Enum(comparisons.SEX_LEVELS),
        "number_level": pl.Enum(comparisons.NUMBER_LEVELS),
        "phone_level": pl.Enum(comparisons.PHONE_LEVELS),
        "place_level": pl.Enum(comparisons.PLACE_LEVELS),
        "history_level": pl.Enum(comparisons.HISTORY_LEVELS),
    }
)


class NameEvidence(NamedTuple):
    """What names are compared with: frequencies, confusions, and shares of profiles by form."""

    frequencies: TokenFrequencies
    confusions: frozenset[frozenset[str]]
    forms: Mapping[str, float]


def compared(both: pl.DataFrame, names: NameEvidence) -> pl.DataFrame:
    """Every level of each pair of `p` and `r`, with the rarity of its name."""
    typed, folded = comparisons.p("name"), comparisons.p("name_folded")
    counted = comparisons.with_number_evidence(comparisons.with_birth_edits(both))
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
    named = with_names(found, names).with_columns(borrowed=borrowed, name_rarity=rarity)
    return named.select(
        "profile_id",
        "resident_id",
        "rules",
        *NAMELESS,
        name_level=pl.when("borrowed").then(pl.lit("household_name")).otherwise(level),
        name_rarity=pl.when("borrowed")
        .then(typed_rarity(named, names.frequencies))
        .otherwise(pl.col("name_rarity")),
    ).cast(KINDS)


def with_names(found: pl.DataFrame, names: NameEvidence) -> pl.DataFrame:
    """Adds name_level and name_rarity of `typed` beside `real`; each distinct pair is told once."""
    pairs = found.select("typed", "real").drop_nulls().unique()
    known = compared_names(pairs, names.frequencies, names.confusions)
    told = found.join(known, on=["typed", "real"], how="left", maintain_order="left")
    return told.with_columns(
        pl.col("name_level").fill_null("missing"), pl.col("name_rarity").fill_null(0.0)
    )


def typed_rarity(named: pl.DataFrame, frequencies: TokenFrequencies) -> pl.Series:
    """How rare the typed name is, where it is borrowed; null elsewhere."""
    taken = named.select(pl.when("borrowed").then("typed")).to_series()
    return rarities(taken, frequencies)
