"""Expr → Expr vocabulary of the standardising kernels."""

from collections.abc import Mapping

import polars as pl

from transforms.columns import INVISIBLE, SPACES

_ODD = f"[{SPACES}{INVISIBLE}]"


def replaced(text: pl.Expr, letters: Mapping[str, str]) -> pl.Expr:
    """Every key of `letters` as its value, in one pass."""
    return text.str.replace_many(list(letters), list(letters.values()))


def filled(text: pl.Expr) -> pl.Expr:
    """The trimmed text, null where nothing is left: empty and missing are one thing."""
    return not_empty(plain_spaced(text).str.strip_chars(" "))


def plain_spaced(text: pl.Expr) -> pl.Expr:
    """Blanks of every kind as " ", invisible characters gone."""
    odd = dict.fromkeys(SPACES, " ") | dict.fromkeys(INVISIBLE, "")
    return pl.when(text.str.contains(_ODD)).then(replaced(text, odd)).otherwise(text)


def not_empty(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def digits(text: pl.Expr) -> pl.Expr:
    """The decimal digits of `text` in order, null where there is none."""
    return not_empty(text.str.replace_all("[^0-9]", ""))


def padded(code: pl.Expr, width: int) -> pl.Expr:
    """An administrative code with the leading zeros that a spreadsheet took."""
    return filled(code).str.pad_start(width, "0")


def labels(conditions: Mapping[str, pl.Expr]) -> pl.Expr:
    """The labels whose condition holds, as a list, in the order given."""
    marked = [pl.when(holds).then(pl.lit(label)) for label, holds in conditions.items()]
    return pl.concat_list(marked).list.drop_nulls()
