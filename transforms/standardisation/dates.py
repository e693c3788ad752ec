"""Birth dates: what was typed, as year, month and day with the precision it really has."""

import datetime as dt

import polars as pl

from transforms.distinct import read_once
from transforms.expressions import filled, whole

EXCEL_EPOCH = dt.date(1899, 12, 30)
OLDEST, NEWEST = 1901, 2022  # 1899 and 1900 are what empty cells and epoch zero turn into
READ = ("birth_date", "birth_year", "birth_month", "birth_precision")
# Parts set apart by blanks as well ("15 / 03 / 1984"); a time of day behind them is none of them.
_SPACED = r"^([0-9]{1,4})[-./\\, ]+([0-9]{1,2})[-./\\, ]+([0-9]{4}|[0-9]{1,2})( |$)"
_SPACED_MONTH = r"^([0-9]{1,2})[-./\\, ]+([0-9]{4})$"
_FIRST, _SECOND, _THIRD = (pl.col("_parts").list.get(at, null_on_oob=True) for at in range(3))
_YEAR, _MONTH, _DAY = pl.col("_year"), pl.col("_month"), pl.col("_day")


def with_birth(frame: pl.DataFrame, raw: str) -> pl.DataFrame:
    """Adds birth_date, birth_year, birth_month and birth_precision, read from column `raw`.

    Reads dd/mm/yyyy, d/m/yy, mm/yyyy, yyyy, ISO, ddmmyyyy and Excel serials; all else gives nulls:
    a date that cannot be read is no evidence, and no reason to stop. Each distinct text is read
    once.
    """
    return frame.hstack(read_once(frame[raw], read))


def read(typed: pl.Series) -> pl.DataFrame:
    """What each typed text says."""
    return (
        tidied(typed)
        .to_frame()
        .with_columns(parts(pl.col(typed.name)).alias("_parts"))
        .with_columns(**written())
        .with_columns(**turned())
        .with_columns(birth_year=_in_range(), birth_month=_in_year())
        .with_columns(birth_date=date())
        .with_columns(birth_precision=precision())
        .select(READ)
    )


def tidied(typed: pl.Series) -> pl.Series:
    """The few that hold more than figures, / and -, without blanks around the parts, blanks of a
    form left unfilled in front ("__/ __/1991") and the ".0" of a year or serial in a spreadsheet.
    """
    is_odd = typed.str.contains("[^0-9/-]").fill_null(value=False)
    text = whole(filled(pl.col(typed.name))).str.strip_chars_start("-./\\,_? ")
    tight = text.str.replace(_SPACED, "$1/$2/$3$4").str.replace(_SPACED_MONTH, "$1/$2")
    mended = typed.filter(is_odd).to_frame().select(tight).to_series()
    return typed.clone().scatter(is_odd.arg_true(), mended)


def parts(text: pl.Expr) -> pl.Expr:
    """The text without its time of day, split at whatever stands between the parts.

    What was left unfilled in front ("--/--/1991") falls away.
    """
    day_only = text.str.extract("^([^ T]*)")
    return day_only.str.replace_all(r"[-.\\,_?/]+", "/").str.strip_chars("/").str.split("/")


def written() -> dict[str, pl.Expr]:
    """Year, month and day as written, each an int or null."""
    size, length = pl.col("_parts").list.len(), _FIRST.str.len_chars()
    serial = pl.when((size == 1) & (length == 5)).then(excel_date(_FIRST))
    run, iso = (size == 1) & (length == 8), (size == 3) & (length == 4)
    return {
        "_year": pl.when(iso)
        .then(number_in(_FIRST))
        .when(size == 3)
        .then(full_year(_THIRD))
        .when(size == 2)
        .then(number_in(_SECOND))
        .when(run)
        .then(number_in(_FIRST.str.slice(4, 4)))
        .when(length == 4)
        .then(number_in(_FIRST))
        .otherwise(serial.dt.year()),
        "_month": pl.when(size == 3)
        .then(number_in(_SECOND))
        .when(size == 2)
        .then(number_in(_FIRST))
        .when(run)
        .then(number_in(_FIRST.str.slice(2, 2)))
        .otherwise(serial.dt.month()),
        "_day": pl.when(iso)
        .then(number_in(_THIRD))
        .when(size == 3)
        .then(number_in(_FIRST))
        .when(run)
        .then(number_in(_FIRST.str.slice(0, 2)))
        .otherwise(serial.dt.day()),
    }


def turned() -> dict[str, pl.Expr]:
    """Month first is read as such when nothing else is possible."""
    month_first = (_MONTH > 12) & _DAY.is_between(1, 12)
    return {
        "_month": pl.when(month_first).then(_DAY).otherwise(_MONTH),
        "_day": pl.when(month_first).then(_MONTH).otherwise(_DAY),
    }


def _in_range() -> pl.Expr:
    return pl.when(_YEAR.is_between(OLDEST, NEWEST)).then(_YEAR)


def _in_year() -> pl.Expr:
    return pl.when(_YEAR.is_between(OLDEST, NEWEST) & _MONTH.is_between(1, 12)).then(_MONTH)


def date() -> pl.Expr:
    """The day itself, null where the calendar has none such: 30/02 is no date."""
    first = pl.date("birth_year", "birth_month", 1)
    exists = _DAY.is_between(1, first.dt.month_end().dt.day())
    return pl.when(exists).then(first + pl.duration(days=_DAY - 1))


def precision() -> pl.Expr:
    """How much of the date is known.

    01/01 and 00/00 stand for "only the year is known" (Circular 04/2020/TT-BTP art. 18);
    30/02 keeps its month and loses its day.
    """
    year, month = pl.col("birth_year"), pl.col("birth_month")
    known = (
        pl.when(month.is_null() | ((month == 1) & (_DAY == 1)))
        .then(pl.lit("year"))
        .when(pl.col("birth_date").is_null())
        .then(pl.lit("month"))
        .otherwise(pl.lit("day"))
    )
    return pl.when(year.is_not_null()).then(known)


def excel_date(text: pl.Expr) -> pl.Expr:
    return pl.lit(EXCEL_EPOCH) + pl.duration(days=number_in(text))


def number_in(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int32, strict=False)


def full_year(text: pl.Expr) -> pl.Expr:
    """Two digits up to 22 are of this century: the registers end in 2022."""
    value = number_in(text)
    century = pl.when(value > 22).then(1900).otherwise(2000)
    return pl.when(text.str.len_chars() <= 2).then(value + century).otherwise(value)
