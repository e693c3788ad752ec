"""Birth dates: what was typed, as year, month and day with the precision it really has.

Steps are separate projections on purpose: each later one names the columns of the one before, so
that the plan stays as small as the code (nested columns would multiply).
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

EXCEL_EPOCH = "1899-12-30"
OLDEST, NEWEST = 1901, 2022  # 1899 and 1900 are what empty cells and epoch zero turn into
TEMPORARY = ("_text", "_parts", "_first", "_third", "_serial", "_year", "_month", "_day", "_turned")


def with_birth(frame: DataFrame, raw: str) -> DataFrame:
    """Adds birth_date, birth_year, birth_month and birth_precision, read from column `raw`.

    Reads dd/mm/yyyy, d/m/yy, mm/yyyy, yyyy, ISO, ddmmyyyy and Excel serials; all else gives nulls:
    a date that cannot be read is no evidence, and no reason to stop.
    """
    return (
        frame.transform(with_text_parts, raw)
        .transform(with_written_parts)
        .transform(with_turned_month)
        .transform(with_precision)
        .drop(*TEMPORARY)
    )


def with_text_parts(frame: DataFrame, raw: str) -> DataFrame:
    """The typed text without its time of day, split at whatever stands between the parts.

    Blanks of a form left unfilled ("--/--/1991", "__/__/1991", "??/05/1991") fall away.
    """
    day_only = F.substring_index(F.substring_index(F.trim(F.col(raw)), " ", 1), "T", 1)
    slashed = F.translate(day_only, ".-\\,_?", "//////")
    text = F.trim(F.regexp_replace(slashed, "/{2,}", "/"), F.lit("/"))
    parts = frame.withColumn("_text", text).withColumn("_parts", F.split("_text", "/"))
    return parts.withColumns(
        {"_first": F.get("_parts", F.lit(0)), "_third": F.get("_parts", F.lit(2))}
    )


def with_written_parts(frame: DataFrame) -> DataFrame:
    """Year, month and day as written, each an int or null."""
    first, second, third = F.col("_first"), F.get("_parts", F.lit(1)), F.col("_third")
    size, length = F.size("_parts"), F.length("_first")
    serial = F.when((size == 1) & (length == 5), excel_date(first))
    run = (size == 1) & (length == 8)
    iso = (size == 3) & (length == 4)
    return frame.withColumn("_serial", serial).withColumns(
        {
            "_year": F.when(iso, number_in(first))
            .when(size == 3, full_year(third))
            .when(size == 2, number_in(second))
            .when(run, number_in(F.substring(first, 5, 4)))
            .when(length == 4, number_in(first))
            .otherwise(F.year("_serial")),
            "_month": F.when(size == 3, number_in(second))
            .when(size == 2, number_in(first))
            .when(run, number_in(F.substring(first, 3, 2)))
            .otherwise(F.month("_serial")),
            "_day": F.when(iso, number_in(third))
            .when(size == 3, number_in(first))
            .when(run, number_in(F.substring(first, 1, 2)))
            .otherwise(F.day("_serial")),
        }
    )


def with_turned_month(frame: DataFrame) -> DataFrame:
    """Month first is read as such when nothing else is possible."""
    turned = (F.col("_month") > 12) & F.col("_day").between(1, 12)
    month = F.when(F.col("_turned"), F.col("_day")).otherwise(F.col("_month"))
    day = F.when(F.col("_turned"), F.col("_month")).otherwise(F.col("_day"))
    plausible = F.col("_year").between(OLDEST, NEWEST)
    return frame.withColumn("_turned", turned).withColumns(
        {
            "birth_year": F.when(plausible, F.col("_year")),
            "birth_month": F.when(plausible & month.between(1, 12), month),
            "_day": day,
        }
    )


def with_precision(frame: DataFrame) -> DataFrame:
    """The date, where it is one, and how much of it is known.

    01/01 and 00/00 stand for "only the year is known" (Circular 04/2020/TT-BTP art. 18);
    30/02 keeps its month and loses its day.
    """
    year, month, day = F.col("birth_year"), F.col("birth_month"), F.col("_day")
    written = F.concat_ws("-", year, month, day)
    date = F.when(month.isNotNull() & day.between(1, 31), F.try_to_date(written, "yyyy-M-d"))
    precision = (
        F.when(month.isNull() | ((month == 1) & (day == 1)), "year")
        .when(F.col("birth_date").isNull(), "month")
        .otherwise("day")
    )
    return frame.withColumn("birth_date", date).withColumn(
        "birth_precision", F.when(year.isNotNull(), precision)
    )


def excel_date(text: Column) -> Column:
    return F.date_add(F.lit(EXCEL_EPOCH).cast("date"), number_in(text))


def number_in(text: Column) -> Column:
    return text.try_cast("int")


def full_year(text: Column) -> Column:
    """Two digits up to 22 are of this century: the registers end in 2022."""
    value = number_in(text)
    century = F.when(value > 22, F.lit(1900)).otherwise(F.lit(2000))
    return F.when(F.length(text) <= 2, value + century).otherwise(value)
