"""Column → Column vocabulary: no DataFrame, no session, no UDF."""

from collections.abc import Mapping

from pyspark.sql import Column
from pyspark.sql import functions as F

SPACES = "\u00a0\u2007\u202f\u3000\u2000\u2001\u2002\u2003\u2009\u200a\t\r\n"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"

# What programs write where nothing is; a whole cell of it says nothing. "Na" and "Nan" are names.
NOTHING = (
    *("nan", "NaN", "NAN", "-nan", "NaT", "NA", "N/A", "n/a", "#N/A", "<NA>"),
    *("null", "Null", "NULL", "(null)", "none", "None", "NONE", "\\N", "-"),
)


def aliased(columns: Mapping[str, Column]) -> list[Column]:
    """Named columns, ready for a select."""
    return [column.alias(name) for name, column in columns.items()]


def named(name: str) -> Column:
    """The column of this very name, whatever characters are in it."""
    return F.col(f"`{name.replace('`', '``')}`")


def filled(text: Column) -> Column:
    """The trimmed text, null where nothing is left: empty and missing are one thing."""
    trimmed = F.trim(F.translate(text, SPACES + INVISIBLE, " " * len(SPACES)))
    return F.when(trimmed != "", trimmed)


def given(text: Column) -> Column:
    """`filled`, null also where a program wrote that it has nothing."""
    return F.when(~filled(text).isin(*NOTHING), filled(text))


def neat(text: Column) -> Column:
    """Whether a text is ASCII, with no blank but " " and none at its ends: asked in no time."""
    blank = text.contains("\t") | text.contains("\r") | text.contains("\n")
    outer = text.startswith(" ") | text.endswith(" ") | (text == "")
    return (F.octet_length(text) == F.length(text)) & ~outer & ~blank


def single_spaced(text: Column) -> Column:
    """Runs of blanks as one; the regex runs only where there is a run."""
    return F.when(text.contains("  "), F.regexp_replace(text, " +", " ")).otherwise(text)


def digits(text: Column) -> Column:
    """The decimal digits of `text` in order, null where there is none."""
    return filled(F.regexp_replace(text, "[^0-9]", ""))


def padded(code: Column, width: int) -> Column:
    """An administrative code without what a spreadsheet made of it: 1.0 → 01, 271 → 00271.

    `code` is a text column as it stands: it is looked at many times over.
    """
    whole = F.regexp_replace(given(code), r"\.0+$", "")
    mended = F.when(F.length(whole) < width, F.lpad(whole, width, "0")).otherwise(whole)
    complete = neat(code) & (F.length(code) == width) & ~code.contains(".")
    return F.when(complete, code).otherwise(mended)


def same(left: Column, right: Column) -> Column:
    """Equality that is false, not null, when either side is missing."""
    return F.coalesce(left == right, F.lit(False))


def either_missing(left: Column, right: Column) -> Column:
    return left.isNull() | right.isNull()


def dose_correction_id(disposition: Column, dose_id: Column) -> Column:
    """The key of a dose to check, as `transforms.correction.values` makes it."""
    return F.substring(F.sha2(F.concat_ws("|", F.lit("dose"), disposition, dose_id), 256), 1, 16)
