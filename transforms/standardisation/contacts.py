"""Phones, places and sex: short codes with one spelling each."""

from collections.abc import Mapping
from functools import partial

import polars as pl

from transforms.distinct import once_each
from transforms.expressions import digits, filled, padded

PLACE_WIDTHS = {"province_code": 2, "district_code": 3, "commune_code": 5}
SEXES = dict.fromkeys(("m", "nam", "male", "1"), "M") | dict.fromkeys(
    ("f", "nữ", "nu", "nữ", "female", "2", "0"), "F"
)
_ONE_FIGURE = ["0" + figure * count for figure in "123456789" for count in (9, 10)]


def with_phone(frame: pl.DataFrame, raw: str, prefixes_2018: Mapping[str, str]) -> pl.DataFrame:
    """Adds phone, read from column `raw`.

    Ten digits from 0, prefixes of before 2018 renewed; null for fillers and torsos.
    """
    dialled, renewed = pl.col("_national"), pl.col("_renewed")
    prefix = dialled.str.slice(0, 4).replace_strict(dict(prefixes_2018), default=None)
    modern = pl.when(dialled.str.len_bytes() == 11).then(prefix + dialled.str.slice(4, 7))
    real = renewed.str.contains("^0[1-9][0-9]{8,9}$") & ~renewed.is_in(_ONE_FIGURE)
    return (
        frame.with_columns(digits(pl.col(raw)).alias("_figures"))
        .with_columns(national(pl.col("_figures")).alias("_national"))
        .with_columns(pl.coalesce(modern, dialled).alias("_renewed"))
        .with_columns(pl.when(real).then(renewed).alias("phone"))
        .drop("_figures", "_national", "_renewed")
    )


def national(figures: pl.Expr) -> pl.Expr:
    """The digits as dialled at home: 84 in front is 0, and a 0 that a spreadsheet ate is back."""
    return (
        pl.when(figures.str.contains("^(00)?84[1-9]"))
        .then(figures.str.replace("^(00)?84", "0"))
        .when(figures.str.len_bytes() == 9)
        .then("0" + figures)
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
