"""Dates as digits, coarse to fine: `yyyy`, `yyyymm` or `yyyymmdd`, as precise as they were given.

An impossible day stays as typed: one wrong digit is evidence, and a null would hide it.
"""

import re
from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

DEFAULT_FORMATS = (
    "yyyy-MM-dd",
    "yyyyMMdd",
    "dd/MM/yyyy",
    "dd-MM-yyyy",
    "dd.MM.yyyy",
    "yyyy-MM",
    "yyyy",
)
PARTS = {
    "yyyy": r"(\d{4})",
    "MMM": r"([A-Za-z]{3})[a-z]*\.?",
    "MM": r"(\d{1,2})",
    "dd": r"(\d{1,2})",
}
TOKENS = re.compile("yyyy|MMM|MM|dd")
WIDTHS = re.compile(r"(?:[-/. ]|yyyy|MMM|MM|dd)+")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def checked_format(pattern: str) -> str:
    """The pattern itself; ValueError when it is not made of yyyy, MM or MMM, and dd."""
    tokens = [token[:2] for token in TOKENS.findall(pattern)]
    if not WIDTHS.fullmatch(pattern) or sorted(set(tokens)) != sorted(tokens):
        raise ValueError(
            f"date format {pattern!r}: write yyyy, MM (or MMM for jan) and dd, "
            "parted by - / . or a blank"
        )
    if "yy" not in tokens or ("dd" in tokens and "MM" not in tokens):
        raise ValueError(f"date format {pattern!r}: needs yyyy, and MM when it has dd")
    return pattern


def parsed_date(text: Column, formats: Sequence[str]) -> Column:
    """`year-month-day` as far as given, by the first format that fits the whole text."""
    return F.coalesce(*(_by_format(text, pattern) for pattern in formats))


def _by_format(text: Column, pattern: str) -> Column:
    tokens = [token[:2] for token in TOKENS.findall(pattern)]
    parts = re.split(f"({TOKENS.pattern})", pattern)
    regex = "".join(PARTS.get(part, re.escape(part)) for part in parts)
    # A clock time behind the date says nothing about a birth.
    whole = f"^{regex}(?:[T ]\\d{{1,2}}:\\d\\d.*)?$" if "dd" in tokens else f"^{regex}$"
    order = "-".join(
        f"${tokens.index(token) + 1}" for token in ("yy", "MM", "dd") if token in tokens
    )
    return F.when(text.rlike(whole), F.regexp_replace(text, whole, order))


def date_digits(parsed: Column) -> Column:
    """The digits of a parsed date: two for each of month and day."""
    return F.array_join(F.transform(F.split(parsed, "-"), _padded), "")


def _padded(part: Column) -> Column:
    """Two digits at least; the number of a month given by its name."""
    named = F.array_position(F.array(*map(F.lit, MONTHS)), F.lower(part)).cast("string")
    number = F.when(part.rlike("^[0-9]+$"), part).otherwise(named)
    return F.when(F.length(part) == 4, part).otherwise(F.lpad(number, 2, "0"))
