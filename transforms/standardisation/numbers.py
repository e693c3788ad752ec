"""Identity numbers: which kind of number was typed, its digits, and what it may have been.

Kinds: `cccd` (12 digits) and `cmnd` (9) are usable; `missing` and `filler` are no number;
`scientific`, `phone`, `insurance`, `passport` and `malformed` are something else in its place.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import filled

USABLE = ("cccd", "cmnd")
ABSENT = ("missing", "filler")
LOOKALIKE_LETTERS = ("OQDIL|SBZ", "000111582")
MOBILE_PREFIX = "^0[35789][0-9]{8}$"


def tidied(raw: Column) -> Column:
    """Without blanks, quotes, dots and dashes; upper case; a spreadsheet's ".0" taken off."""
    text = F.regexp_replace(filled(raw), r"\.0+$", "")
    return filled(F.translate(F.upper(text), " '’`\"-_/;:", ""))


def with_number(frame: DataFrame, raw: str) -> DataFrame:
    """Adds number_kind, number, number_digits and number_repairs, read from column `raw`."""
    text, figures, kind = F.col("_typed"), F.col("_figures"), F.col("number_kind")
    scientific = text.rlike(r"^[0-9][.,][0-9]+E\+?[0-9]{1,2}$")
    # A letter between digits is a slip; a letter in front is a passport or an insurance card.
    mended = F.translate(F.translate(text, ".,+", ""), *LOOKALIKE_LETTERS)
    plain = F.regexp_replace(F.when(text.rlike("[0-9]"), mended), "[^0-9]", "")
    return (
        frame.withColumn("_typed", tidied(F.col(raw)))
        .withColumn("_scientific", scientific)
        .withColumn("_figures", F.when(F.col("_scientific"), mantissa(text)).otherwise(plain))
        .withColumn("number_kind", number_kind(text, filled(figures), F.col("_scientific")))
        .withColumns(
            {
                "number": F.when(kind.isin(*USABLE), figures),
                "number_digits": F.when(kind.isin("malformed", "scientific", "phone"), figures),
                "number_repairs": F.when(kind == "malformed", repairs(figures)),
            }
        )
        .drop("_typed", "_scientific", "_figures")
    )


def number_kind(text: Column, figures: Column, scientific: Column) -> Column:
    length = F.length(figures)
    return (
        F.when(text.isNull(), "missing")
        .when(scientific, "scientific")
        .when(text.rlike("^[A-Z]{1,2}[0-9]{6,8}$"), "passport")
        .when(text.rlike("^[A-Z]{2}[0-9]{13}$"), "insurance")
        .when(figures.isNull() | (length < 5), "missing")
        .when(is_filler(figures), "filler")
        .when(length == 12, "cccd")
        .when(length == 9, "cmnd")
        .when(figures.rlike(MOBILE_PREFIX), "phone")
        .otherwise("malformed")
    )


def is_filler(figures: Column) -> Column:
    """One digit over and over, or the keyboard's row: nobody's number."""
    one_digit = F.replace(figures, F.substring(figures, 1, 1), F.lit("")) == ""
    row = F.lit("01234567890123456789").contains(figures) | F.lit("9876543210").contains(figures)
    return one_digit | row


def mantissa(text: Column) -> Column:
    """3.30850E+10 → 0330850: the digits that survived, behind the zero every number begins with."""
    kept = F.regexp_replace(F.substring_index(text, "E", 1), "[.,]", "")
    return F.concat(F.lit("0"), kept)


def repairs(figures: Column) -> Column:
    """Numbers that the typed digits may have been; candidates only, the profile must agree."""
    length = F.length(figures)
    lost_zero = F.when(length.isin(8, 11), F.concat(F.lit("0"), figures))
    positions: Sequence[int] = range(1, 14)
    one_too_many = [
        F.when(
            length == 13,
            F.concat(F.substring(figures, 1, at - 1), F.substring(figures, at + 1, 13)),
        )
        for at in positions
    ]
    return F.array_distinct(F.array_compact(F.array(lost_zero, *one_too_many)))


def number_says(number: Column, sex: Column, year: Column) -> Column:
    """Whether a 12-digit number's sex, century and year digits agree with sex and birth year.

    Digit 4 is 2 × (century − 20) + (female), digits 5–6 the year (Circular 07/2016/TT-BCA).
    Null where either side does not say.
    """
    mark = F.substring(number, 4, 1).try_cast("int")
    stated = F.floor(mark / 2) * 100 + 1900 + F.substring(number, 5, 2).try_cast("int")
    woman = F.when(sex == "F", 1).when(sex == "M", 0)
    same_sex = F.coalesce(mark % 2 == woman, F.lit(True))
    return F.when(F.length(number) == 12, same_sex & (stated == year))
