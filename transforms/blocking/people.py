"""Unverified profiles and residents with every column that a blocking rule may use."""

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def open_profiles(
    profiles: DataFrame, verifications: DataFrame, facilities: DataFrame
) -> DataFrame:
    """The profiles that are not verified, with the household of their number's owner and the
    place of their facility.
    """
    unverified = verifications.where(F.col("verdict") != "verified").select(
        "profile_id", F.col("household_id").alias("owner_household_id")
    )
    seen_at = facilities.select("facility_code", "facility_commune", "facility_province")
    return profiles.join(unverified, on="profile_id", how="inner").join(
        F.broadcast(seen_at), on="facility_code", how="left"
    )


def profile_columns() -> dict[str, pl.Expr]:
    """What a rule may use of a profile besides its own columns.

    `communes` and `provinces` hold the declared place and the facility's: people are vaccinated
    near home.
    """
    written = pl.coalesce("number", "number_digits")
    length = written.str.len_chars()
    return {
        "communes": either("commune_code", "facility_commune"),
        "provinces": either("province_code", "facility_province"),
        "number_first9": pl.when(length >= 9).then(written.str.slice(0, 9)),
        "number_last6": pl.when(length >= 8).then(written.str.tail(6)),
        "name_rest": name_rest(),
        **birth_columns(),
    }


def resident_columns() -> dict[str, pl.Expr]:
    """What a rule may use of a resident besides the register's own columns."""
    return {
        "owner_household_id": pl.col("household_id"),
        "number_first9": pl.col("id_number").str.slice(0, 9),
        "number_last6": pl.col("id_number").str.tail(6),
        "name_rest": name_rest(),
        **birth_columns(),
    }


def either(*names: str) -> pl.Expr:
    """The distinct values of several columns, as a list."""
    return pl.concat_list(*names).list.drop_nulls().list.unique()


def name_rest() -> pl.Expr:
    """The name without its surname, where at least two tokens are left."""
    behind = pl.col("surname_folded").str.len_chars() + 1
    rest = pl.col("name_folded").str.slice(behind)
    return pl.when(rest.str.contains(" ", literal=True)).then(rest)


def birth_columns() -> dict[str, pl.Expr]:
    """`full_birth_date` leaves out 01/01, which stands for any day; `birth_swapped` turns it;
    `birth_day` is day and month as one number.
    """
    day, month = pl.col("birth_date").dt.day(), pl.col("birth_date").dt.month()
    full = pl.when(pl.col("birth_precision") == "day").then("birth_date")
    turned = pl.date(pl.col("birth_date").dt.year(), pl.min_horizontal(day, 12), month)
    return {
        "full_birth_date": full,
        "birth_swapped": pl.when(full.is_not_null() & (day <= 12)).then(turned),
        "birth_day": full.dt.day().cast(pl.Int32) * 100 + month,
    }
