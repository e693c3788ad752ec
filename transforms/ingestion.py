"""Ingestion: which received rows go on, and why the others do not.

A row is refused when nothing could be said about it later: it cannot be read, it cannot be told
from another row, or it carries a code that cannot be. Everything else is kept as it came.
"""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms import stored
from transforms.columns import given, padded
from transforms.schemas import DOSE_INPUT, REJECTED_ROW, RESIDENT_INPUT, conform

UNREADABLE = "_unreadable"
ROW_NUMBER = stored.POSITION
REASON = "_reason"
PROVINCE = "_province"
MARKS = (UNREADABLE, ROW_NUMBER, REASON, PROVINCE)


@dataclass(frozen=True)
class Register:
    """One of the two inputs: its name, its key and the columns of its contract."""

    source: str
    key: str
    columns: tuple[str, ...]


RESIDENTS = Register("residents", "resident_id", tuple(RESIDENT_INPUT))
DOSES = Register("doses", "dose_id", tuple(DOSE_INPUT))


def checked_residents(rows: DataFrame, units: DataFrame) -> DataFrame:
    """Every row with the reason to refuse it, or null; `units` has one row per commune."""
    communes = units.select(
        F.col("commune_code").alias("_commune"), F.col("province_code").alias("_commune_province")
    )
    of_commune = padded(F.col("commune_code"), 5) == F.col("_commune")
    placed = rows.transform(with_known_province, units).join(
        F.broadcast(communes), on=of_commune, how="left"
    )
    reason = F.coalesce(
        unreadable(),
        no_key(RESIDENTS),
        impossible_place(),
        impossible("commune_code", F.col("_commune_province") != F.col(PROVINCE)),
        impossible("sex", ~F.col("sex").isin("M", "F")),
        impossible("life_status", ~F.col("life_status").isin("alive", "deceased")),
    )
    return placed.withColumn(REASON, reason).drop("_commune", "_commune_province")


def checked_doses(rows: DataFrame, units: DataFrame) -> DataFrame:
    """Every row with the reason to refuse it, or null.

    What a person declared (name, birth, sex, number) is never a reason: it is what the run is for.
    """
    reason = F.coalesce(
        unreadable(), no_key(DOSES), impossible_place(), impossible("injected_on", ~is_iso_date())
    )
    return rows.transform(with_known_province, units).withColumn(REASON, reason)


def checked(rows: DataFrame, register: Register, units: DataFrame) -> DataFrame:
    """Every row with the reason to refuse it for what it says itself, or null."""
    return rows.transform(checked_residents if register is RESIDENTS else checked_doses, units)


def judged(checked: DataFrame, register: Register) -> DataFrame:
    """All rows with the final reason to refuse each: of one key the least by content stays.

    A row that is refused anyway does not compete, and between equal rows the choice is nobody's.
    """
    received = sorted(name for name in checked.columns if name not in MARKS)
    usable = F.col(REASON).isNull()
    same_key = Window.partitionBy(register.key, usable)
    content = F.sha2(F.to_json(F.struct(*received)), 256)
    ranked = checked.withColumn("_content", content).withColumns(
        {
            "_rank": F.row_number().over(same_key.orderBy("_content", ROW_NUMBER)),
            "_kept": F.min("_content").over(same_key),
        }
    )
    other = F.when(F.col("_content") != F.col("_kept"), ", different content").otherwise("")
    duplicate = F.when(F.col("_rank") > 1, F.concat(F.lit(f"duplicate {register.key}"), other))
    marked = ranked.withColumn(REASON, F.coalesce(REASON, duplicate))
    return marked.drop("_content", "_rank", "_kept")


def accepted(judged: DataFrame) -> DataFrame:
    """The rows that go on after all, as received, extra columns and all."""
    return judged.where(F.col(REASON).isNull()).drop(*MARKS)


def rejected(judged: DataFrame, register: Register) -> DataFrame:
    """The other rows, each with its reason and all that was received of it."""
    received = [name for name in judged.columns if name not in MARKS]
    line = F.to_json(F.struct(F.col(UNREADABLE).alias("line")))
    whole = F.to_json(F.struct(*received))
    refused = judged.where(F.col(REASON).isNotNull()).select(
        F.lit(register.source).alias("source"),
        F.col(ROW_NUMBER).alias("row_number"),
        F.col(REASON).alias("reason"),
        F.when(F.col(UNREADABLE).isNotNull(), line).otherwise(whole).alias("raw"),
        F.col(PROVINCE).alias("province_code"),
    )
    return conform(refused, REJECTED_ROW)


def with_known_province(rows: DataFrame, units: DataFrame) -> DataFrame:
    """The two-digit code of the declared province where the reference has it, else null."""
    provinces = units.select(F.col("province_code").alias(PROVINCE)).distinct()
    declared = padded(F.col("province_code"), 2) == F.col(PROVINCE)
    return rows.join(F.broadcast(provinces), on=declared, how="left")


def is_number(name: str) -> Column:
    """Whether a code is digits, though a spreadsheet made a figure of it."""
    return given(F.col(name)).rlike(r"^[0-9]+(\.0+)?$")


def is_iso_date() -> Column:
    """Whether the injection date is a day of the calendar, written year first."""
    dashes = F.substring("injected_on", 5, 1) == "-"
    whole = F.length("injected_on") >= len("2021-8-1")
    return dashes & whole & F.try_to_date("injected_on").isNotNull()


def unreadable() -> Column:
    """The reason for a line with too few or too many fields."""
    return F.when(F.col(UNREADABLE).isNotNull(), F.lit("unreadable line"))


def no_key(register: Register) -> Column:
    """The reason for a row that nothing could be reported about."""
    return F.when(F.col(register.key).isNull(), F.lit(f"no {register.key}"))


def impossible(name: str, problem: Column) -> Column:
    """The reason for a code that cannot be; a missing one is no reason."""
    return F.when(given(F.col(name)).isNotNull() & problem, F.lit(f"impossible code: {name}"))


def impossible_place() -> Column:
    """A province that is not there, or a district or commune that is no number.

    Unknown numbers pass: units were merged and renumbered while people were vaccinated (the three
    districts that became Thủ Đức in 2021, for one), and the province tells where a row belongs.
    """
    return F.coalesce(
        impossible("province_code", F.col(PROVINCE).isNull()),
        impossible("district_code", ~is_number("district_code")),
        impossible("commune_code", ~is_number("commune_code")),
    )
