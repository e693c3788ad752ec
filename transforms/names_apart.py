"""Names that are plainly of two people: what most candidates are, told for all of them at once.

The levels are those of `name_comparison`, which says for one pair after the other what each is;
here is the short way to the three that hold when a surname or a given name is another one
altogether. Whatever could be a slip is left to the long way.
"""

from collections.abc import Collection

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from transforms.expressions import replaced
from transforms.name_comparison import CLOSE_NAMES, TokenFrequencies, sound
from transforms.vietnamese import FOLDS

ENDS = {"first": "^([^ ]*)", "last": "([^ ]*)$"}
SIDES = ("typed", "real")


def told_apart(
    pairs: pl.DataFrame, frequencies: TokenFrequencies, confusions: Collection[Collection[str]]
) -> pl.DataFrame:
    """Adds name_level and name_rarity to the pairs of `typed` and `real`; null if not so plain."""
    seen = pairs.select(
        *SIDES, *(replaced(pl.col(side), FOLDS).alias(f"{side}_folded") for side in SIDES)
    ).with_columns(
        pl.col(f"{side}_folded").str.extract(pattern).alias(f"{side}_{end}")
        for side in SIDES
        for end, pattern in ENDS.items()
    )
    seen = seen.with_columns(sounds(seen)).with_columns(
        same_first=pl.col("typed_first") == pl.col("real_first"),
        same_last=pl.col("typed_last") == pl.col("real_last"),
        other_first=unlike("first", confusions),
        other_last=unlike("last", confusions),
    )
    strangers = pl.col("other_first") & pl.col("other_last")
    one_slip = {end: but_for(end) & slip(seen, end) for end in ENDS}
    surname = pl.col("same_first") & pl.col("other_last") & ~one_slip["last"] & ~close(seen)
    given = pl.col("other_first") & pl.col("same_last") & ~one_slip["first"]
    level = (
        pl.when(strangers)
        .then(pl.lit("different"))
        .when(surname)
        .then(pl.lit("surname_only"))
        .when(given)
        .then(pl.lit("given_only"))
    )
    rarity = (
        pl.when(strangers)
        .then(0.0)
        .when(surname)
        .then(bits(seen["real_first"], "s:", frequencies))
        .when(given)
        .then(bits(seen["real_last"], "g:", frequencies))
    )
    plain = plainly_written()
    return seen.select(
        *SIDES,
        pl.when(plain).then(level).cast(pl.String).alias("name_level"),
        pl.when(plain).then(rarity).cast(pl.Float64).alias("name_rarity"),
    )


def sounds(seen: pl.DataFrame) -> list[pl.Series]:
    """How both ends of both names sound; few tokens are many ends."""
    ends = [f"{side}_{end}" for side in SIDES for end in ENDS]
    tokens = pl.concat(seen[end] for end in ends).drop_nulls().unique()
    heard = {token: sound(token) for token in tokens}
    return [
        seen[end].replace_strict(heard, return_dtype=pl.String).alias(f"{end}_sound")
        for end in ends
    ]


def unlike(end: str, confusions: Collection[Collection[str]]) -> pl.Expr:
    """Another token in this place: it sounds otherwise, no slip is known, none is an initial."""
    typed, real = pl.col(f"typed_{end}"), pl.col(f"real_{end}")
    confused = [f"{a} {b}" for pair in confusions for a in pair for b in pair if a != b]
    return (
        (pl.col(f"typed_{end}_sound") != pl.col(f"real_{end}_sound"))
        & ~(typed + " " + real).is_in(confused)
        & ~initial(typed, real)
        & ~initial(real, typed)
    )


def initial(short: pl.Expr, full: pl.Expr) -> pl.Expr:
    return (short.str.len_bytes() <= 2) & full.str.starts_with(short)


def but_for(end: str) -> pl.Expr:
    """Whether all tokens but this one are the same."""
    typed, real = (
        pl.col(f"{side}_folded").str.strip_prefix(pl.col(f"{side}_{end}"))
        if end == "first"
        else pl.col(f"{side}_folded").str.strip_suffix(pl.col(f"{side}_{end}"))
        for side in SIDES
    )
    return typed == real


def slip(seen: pl.DataFrame, end: str) -> pl.Series:
    """Whether one slip of the pen makes the one token of the other."""
    return pl.Series(cpdist(*both(seen, end), scorer=OSA.distance, score_cutoff=1) <= 1)


def close(seen: pl.DataFrame) -> pl.Series:
    """Whether the given names resemble each other."""
    alike = cpdist(*both(seen, "last"), scorer=JaroWinkler.similarity, dtype=np.float64)
    return pl.Series(alike >= CLOSE_NAMES)


def both(seen: pl.DataFrame, end: str) -> list[list[str]]:
    """The tokens of both sides at that end."""
    return [seen[f"{side}_{end}"].fill_null("").to_list() for side in SIDES]


def plainly_written() -> pl.Expr:
    """Two tokens or more on both sides, no lost letters, and no rotation of each other."""
    typed, real = (pl.col(f"{side}_folded") for side in SIDES)
    several = typed.str.contains(" ", literal=True) & real.str.contains(" ", literal=True)
    # A rotation keeps the length; the few others of one length take the long way too.
    rotated = typed.str.len_bytes() == real.str.len_bytes()
    return several & ~typed.str.contains("?", literal=True) & ~rotated


def bits(tokens: pl.Series, role: str, frequencies: TokenFrequencies) -> pl.Series:
    """The rarity of each token in that role."""
    rarity = {token: frequencies.bits(role + token) for token in tokens.drop_nulls().unique()}
    return tokens.replace_strict(rarity, return_dtype=pl.Float64)
