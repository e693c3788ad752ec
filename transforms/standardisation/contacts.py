"""Phones, places and sex: short codes with one spelling each."""

from collections.abc import Mapping
from functools import partial

import polars as pl

from transforms.distinct import once_each, read_once
from transforms.expressions import digits, filled, padded, whole

PLACE_WIDTHS = {"province_code": 2, "district_code": 3, "commune_code": 5}
SEXES = dict.fromkeys(("m", "nam", "male", "1"), "M") | dict.fromkeys(
    ("f", "nữ", "nu", "nữ", "female", "2", "0"), "F"
)
_ONE_FIGURE = ["0" + figure * count for figure in "123456789" for count in (9, 10)]


def with_phone(frame: pl.DataFrame, raw: str, prefixes_2018: Mapping[str, str]) -> pl.DataFrame:
    """Adds phone, read from column `raw`.

    Ten digits from 0, eleven of a landline (02…); prefixes of before 2018 renewed; null for fillers
    and torsos. Most are so already; the others are read, each once.
    """
    is_plain = frame.select(real(pl.col(raw)).fill_null(value=False)).to_series()
    others = frame[raw].set(is_plain, None)
    told = read_once(others, partial(read_phones, prefixes_2018=prefixes_2018))
    phone = pl.when(pl.lit(is_plain)).then(raw).otherwise(pl.lit(told.to_series()))
    return frame.with_columns(phone.alias("phone"))


def read_phones(typed: pl.Series, prefixes_2018: Mapping[str, str]) -> pl.DataFrame:
    """What number each typed text is."""
    dialled, renewed = pl.col("_national"), pl.col("_renewed")
    prefix = dialled.str.slice(0, 4).replace_strict(dict(prefixes_2018), default=None)
    modern = pl.when(dialled.str.len_bytes() == 11).then(prefix + dialled.str.slice(4, 7))
    return (
        typed.to_frame()
        .select(digits(whole(filled(pl.col(typed.name)))).alias("_figures"))
        .select(national(pl.col("_figures")).alias("_national"))
        .select(pl.coalesce(modern, dialled).alias("_renewed"))
        .select(pl.when(real(renewed)).then(renewed).alias("phone"))
    )


def real(figures: pl.Expr) -> pl.Expr:
    """Whether somebody may have it as a number: ten digits, or eleven of a landline."""
    return figures.str.contains("^0([1-9]|2[0-9])[0-9]{8}$") & ~figures.is_in(_ONE_FIGURE)


def national(figures: pl.Expr) -> pl.Expr:
    """The digits as dialled at home: 84 or 84 (0) in front is 0, one a spreadsheet ate is back."""
    return (
        pl.when(figures.str.len_bytes() == 9)
        .then("0" + figures)
        .when(figures.str.contains("^(00)?840?[1-9]"))
        .then(figures.str.replace("^(00)?840?", "0"))
        .otherwise(figures)
    )


def with_sex(frame: pl.DataFrame, raw: str) -> pl.DataFrame:
    """Adds sex, read from column `raw`."""
    return frame.with_columns(once_each(frame[raw], sex).alias("sex"))


def sex(raw: pl.Expr) -> pl.Expr:
    """M, F or null from Nam/Nữ, M/F, 1/2 and their spellings."""
    return filled(raw).str.to_lowercase().replace_strict(SEXES, default=None)


def with_places(frame: pl.DataFrame) -> pl.DataFrame:
    """The three GSO codes with their leading zeros."""
    return frame.with_columns(
        once_each(frame[name], partial(padded, width=width)) for name, width in PLACE_WIDTHS.items()
    )
