"""Names: one spelling per name, its fold, its tokens by role."""

import re
from collections.abc import Collection, Mapping
from functools import partial

import polars as pl

from transforms.columns import INVISIBLE, SPACES
from transforms.decoding import NameDecoder
from transforms.distinct import read_once
from transforms.expressions import given, not_empty, replaced
from transforms.vietnamese import ETHS, FOLDS, LETTERS, LOWER, TONE_PLACEMENT

PUNCTUATION = ".,;:|/\\_-()[]{}\"'`´’‘“”*+"
_SPELLING = (
    dict.fromkeys(ETHS, "Đ")
    | dict.fromkeys(PUNCTUATION + SPACES, " ")
    | dict.fromkeys(INVISIBLE, "")
)
_CLEAN = f"^[{re.escape(''.join({' ', *LETTERS, *LOWER, *_SPELLING}))}]*$"
_RESPELT = f"[{re.escape(''.join(_SPELLING))}]|  "


def with_name(frame: pl.DataFrame, raw: str, decoder: NameDecoder) -> pl.DataFrame:
    """Adds name, name_decoding and the derived name columns, read from column `raw`.

    Each distinct text is read once: of half a million people hardly half have a name of their own.
    """
    return frame.hstack(read_once(frame[raw], partial(read, decoder=decoder)))


def read(typed: pl.Series, decoder: NameDecoder) -> pl.DataFrame:
    """What each typed text says.

    Clean names of known tokens are spelled at once; each damaged one is read by `decoder`.
    """
    raw = typed.name
    spelt = typed.to_frame().with_columns(spelled(pl.col(raw)).alias("name"))
    damaged = doubtful(spelt, raw, decoder.vocabulary)
    return (
        spelt.join(decoded(damaged, decoder), on=raw, how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("_read")).then("_name").otherwise("name").alias("name"))
        .with_columns(replaced(pl.col("name"), FOLDS).alias("name_folded"))
        .with_columns(pl.col("name_folded").str.split(" ").alias("_tokens"))
        .with_columns(**token_roles())
        .drop(raw, "_name", "_read", "_tokens")
    )


def spelled(raw: pl.Expr) -> pl.Expr:
    """A clean name in upper case, one Đ, one tone placement, single spaces."""
    lettered = replaced(raw, _SPELLING).str.replace_all("  +", " ").str.strip_chars(" ")
    tidy = pl.when(raw.str.contains(_RESPELT)).then(lettered).otherwise(raw.str.strip_chars(" "))
    named = not_empty(replaced(tidy.str.to_uppercase(), TONE_PLACEMENT))
    return pl.when(given(raw.str.strip_chars(" ")).is_not_null()).then(named)


def doubtful(spelt: pl.DataFrame, raw: str, vocabulary: Collection[str]) -> pl.Series:
    """The distinct raw names that hold what is no letter of a name, a note, or unknown tokens.

    Without a register to ask, every token counts as known.
    """
    text = pl.col(raw)
    unclean = ~text.str.contains(_CLEAN) | text.str.contains("(", literal=True)
    if vocabulary:
        unclean = unclean | pl.col("name").is_in(unknown_names(spelt["name"], vocabulary))
    return spelt.filter(unclean & pl.col("name").is_not_null())[raw].unique()


def unknown_names(names: pl.Series, vocabulary: Collection[str]) -> pl.Series:
    """The distinct names with a token that nobody in the register carries."""
    tokens = pl.DataFrame({"name": names.drop_nulls()}).with_columns(
        pl.col("name").str.split(" ").alias("token")
    )
    return tokens.explode("token").filter(~pl.col("token").is_in(list(vocabulary)))["name"].unique()


def decoded(damaged: pl.Series, decoder: NameDecoder) -> pl.DataFrame:
    """Each damaged name, what it reads as, and how."""
    read = [decoder.read(text) for text in damaged]
    return pl.DataFrame(
        {
            damaged.name: damaged,
            "_name": pl.Series([reading["name"] for reading in read], dtype=pl.String),
            "name_decoding": pl.Series([reading["decoding"] for reading in read], dtype=pl.String),
            "_read": pl.Series([True] * len(read), dtype=pl.Boolean),
        }
    )


def token_roles() -> Mapping[str, pl.Expr]:
    """The first token is the surname, the last the given name; sorted, they find rotations."""
    tokens = pl.col("_tokens")
    in_order = tokens.list.eval(pl.element().sort())  # in two thirds of the time of `list.sort`
    return {
        "name_sorted": in_order.list.join(" "),
        "surname_folded": tokens.list.get(0),
        "given_folded": tokens.list.get(-1),
    }
