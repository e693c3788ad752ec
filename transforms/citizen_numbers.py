"""What a citizen number of twelve digits says of its holder: circular 07/2016/TT-BCA, article 7.

Three digits are the province, the fourth sex and century of birth, two the year; six are random.
"""

import polars as pl

LENGTH = 12


def is_citizens(number: pl.Expr) -> pl.Expr:
    return number.str.len_chars() == LENGTH


def province(number: pl.Expr) -> pl.Expr:
    """Where its holder was registered at birth."""
    return number.str.slice(0, 3)


def is_of_sex(number: pl.Expr, year: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Whether a citizen number is of this sex (F, else a man), and of the century of this year.

    The fourth digit is twice the centuries since 1900, one more for women.
    """
    is_woman = pl.when(sex == "F").then(1).otherwise(0)
    return _figure(number, 3, 1) == (year - 1900) // 100 * 2 + is_woman


def is_of_year(number: pl.Expr, year: pl.Expr) -> pl.Expr:
    """Whether a citizen number is of somebody born in a year with these last two digits."""
    return _figure(number, 4, 2) == year % 100


def _figure(number: pl.Expr, at: int, digits: int) -> pl.Expr:
    return number.str.slice(at, digits).cast(pl.Int32, strict=False)
