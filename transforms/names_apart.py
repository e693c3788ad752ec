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
    """(typed, real, name_level, name_rarity): both null where the names are not so plainly apart.

    What it tells is what `name_comparison.compare_names` would.
    """
    seen = with_ends(pairs, confusions)
    one_slip = {end: but_for(end) & slip(seen, end) for end in ENDS}
    same_first, same_last = (pl.col(f"typed_{end}") == pl.col(f"real_{end}") for end in ENDS)
    strangers = pl.col("other_first") & pl.col("other_last")
    surname = same_first & pl.col("other_last") & ~one_slip["last"] & ~close(seen)
    given = pl.col("other_first") & same_last & ~one_slip["first"]
    of_surname, of_given = (
        bits(seen[f"real_{end}"], role, frequencies)
        for end, role in (("first", "s:"), ("last", "g:"))
    )
    plain = plainly_written()
    level, rarity = pl.lit(None, pl.String), pl.lit(None, pl.Float64)
    for holds, name, value in (
        (given, "given_only", of_given),
        (surname, "surname_only", of_surname),
        (strangers, "different", 0.0),
    ):
        level = pl.when(plain & holds).then(pl.lit(name)).otherwise(level)
        rarity = pl.when(plain & holds).then(value).otherwise(rarity)
    return seen.select(*SIDES, level.alias("name_level"), rarity.alias("name_rarity"))


def with_ends(pairs: pl.DataFrame, confusions: Collection[Collection[str]]) -> pl.DataFrame:
    """Adds both names folded, their first and last tokens, and which of them are unlike."""
    folded = (replaced(pl.col(side), FOLDS).alias(f"{side}_folded") for side in SIDES)
    ends = (
        pl.col(f"{side}_folded").str.extract(pattern).alias(f"{side}_{end}")
        for side in SIDES
        for end, pattern in ENDS.items()
    )
    seen = pairs.select(*SIDES, *folded).with_columns(ends)
    heard = seen.with_columns(sounds(seen))
    return heard.with_columns(unlike(end, confusions).alias(f"other_{end}") for end in ENDS)


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
    # Of no tokens at all, polars makes texts.
    return tokens.replace_strict(rarity, return_dtype=pl.Float64).cast(pl.Float64)
