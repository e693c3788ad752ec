"""Phones, places and sex: short codes with one spelling each."""

from collections.abc import Mapping

import polars as pl

from transforms.expressions import digits, filled, padded

PLACE_WIDTHS = {"province_code": 2, "district_code": 3, "commune_code": 5}
SEXES = dict.fromkeys(("m", "nam", "male", "1"), "M") | dict.fromkeys(
    ("f", "nữ", "nu", "nữ", "female", "2", "0"), "F"
)
_ONE_FIGURE = "^0(" + "|".join(f"{figure}{{8,}}" for figure in "0123456789") + ")$"


def phone(raw: pl.Expr, prefixes_2018: Mapping[str, str]) -> pl.Expr:
    """Ten digits from 0, prefixes of before 2018 renewed; null for fillers and torsos."""
    figures = digits(raw)
    national = (
        pl.when(figures.str.contains("^(00)?84[1-9]"))
        .then(figures.str.replace("^(00)?84", "0"))
        .when(figures.str.len_bytes() == 9)
        .then("0" + figures)
        .otherwise(figures)
    )
    prefix = national.str.slice(0, 4).replace_strict(dict(prefixes_2018), default=None)
    modern = pl.when(national.str.len_bytes() == 11).then(prefix + national.str.slice(4, 7))
    renewed = pl.coalesce(modern, national)
    real = renewed.str.contains("^0[1-9][0-9]{8,9}$") & ~renewed.str.contains(_ONE_FIGURE)
    return pl.when(real).then(renewed)


def sex(raw: pl.Expr) -> pl.Expr:
    """M, F or null from Nam/Nữ, M/F, 1/2 and their spellings."""
    return filled(raw).str.to_lowercase().replace_strict(SEXES, default=None)


def places() -> dict[str, pl.Expr]:
    """The three GSO codes with their leading zeros."""
    return {name: padded(pl.col(name), width) for name, width in PLACE_WIDTHS.items()}
