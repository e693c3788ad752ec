"""Expr → Expr vocabulary of the kernels, as `columns` is of Spark: no frame, no session."""

from collections.abc import Mapping

import polars as pl

from transforms.columns import INVISIBLE, NOTHING, SPACES

_ODD = f"[{SPACES}{INVISIBLE}]"


def replaced(text: pl.Expr, letters: Mapping[str, str]) -> pl.Expr:
    """Every key of `letters` as its value, in one pass."""
    return text.str.replace_many(list(letters), list(letters.values()))


def filled(text: pl.Expr) -> pl.Expr:
    """The trimmed text, null where nothing is left or a program wrote that it has nothing."""
    return given(plain_spaced(text).str.strip_chars(" "))


def plain_spaced(text: pl.Expr) -> pl.Expr:
    """Blanks of every kind as " ", invisible characters gone."""
    odd = dict.fromkeys(SPACES, " ") | dict.fromkeys(INVISIBLE, "")
    return pl.when(text.str.contains(_ODD)).then(replaced(text, odd)).otherwise(text)


def not_empty(text: pl.Expr) -> pl.Expr:
    return text.replace("", None)


def given(text: pl.Expr) -> pl.Expr:
    """Null where a text is empty or what programs write for that."""
    return text.replace(["", *NOTHING], None)


def digits(text: pl.Expr) -> pl.Expr:
    """The decimal digits of `text` in order, null where there is none."""
    return not_empty(text.str.replace_all("[^0-9]", ""))


def whole(text: pl.Expr) -> pl.Expr:
    """A figure without the ".0" a spreadsheet gave it; in "012.345.000" the dots set apart."""
    return text.str.replace(r"^([0-9]+)\.0+$", "$1")


def padded(code: pl.Expr, width: int) -> pl.Expr:
    """An administrative code without what a spreadsheet made of it: 1.0 → 01, 271 → 00271."""
    return filled(code).str.replace(r"\.0+$", "").str.pad_start(width, "0")


def iso_day(text: pl.Expr) -> pl.Expr:
    """The day that yyyy-MM-dd names, as 2021-8-5 too, whatever time of day follows; else null."""
    day = text.str.extract("^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[ T]|$)")
    return day.str.to_date("%Y-%m-%d", strict=False)


def day_of_event(text: pl.Expr) -> pl.Expr:
    """The day of `iso_day`, or of dd/MM/yyyy (or with - or .); blanks around do no harm."""
    typed = filled(text)
    day_first = typed.str.extract("^([0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})(?:[ T]|$)")
    turned = day_first.str.replace_all("[-.]", "/").str.to_date("%d/%m/%Y", strict=False)
    return pl.coalesce(iso_day(typed), turned)


def changed(label: str, condition: pl.Expr) -> pl.Expr:
    """`label` where the condition holds, for the `changes` column; null elsewhere."""
    return pl.when(condition).then(pl.lit(label))


def present(*values: pl.Expr) -> pl.Expr:
    """The values that are not null as a list, in the order given."""
    # An array is built and filtered at once; `concat_list` and `drop_nulls` go row by row.
    return pl.concat_arr(values).arr.to_list().list.filter(pl.element().is_not_null())


def first_that_holds(cases: dict[str, pl.Expr], otherwise: str) -> pl.Expr:
    """The name of the first case that holds, else `otherwise`; what is unknown does not hold."""
    found = pl.lit(otherwise)
    for name, holds in reversed(cases.items()):
        found = pl.when(holds).then(pl.lit(name)).otherwise(found)
    return found


def same(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Equality that is false, not null, when either side is missing."""
    return (left == right).fill_null(value=False)


def either_missing(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return left.is_null() | right.is_null()


def among(value: pl.Expr, several: pl.Expr) -> pl.Expr:
    """Whether a known value is one of `several`; false where either is missing."""
    return (several.list.contains(value) & value.is_not_null()).fill_null(value=False)
