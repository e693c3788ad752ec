"""Unverified profiles and residents with every column that a blocking rule may use."""

from collections.abc import Sequence
from itertools import chain

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.blocking.rules import BlockingRule
from transforms.exchange import Kind, Rows, met

OWNER, PLACE = "owner_household_id", ("facility_commune", "facility_province")
ADDED = (OWNER, *PLACE)
# A profile that is not verified, and the household of its number's owner.
OWNED = Kind(
    "owned",
    pl.Schema({"profile_id": pl.Int64(), "household_id": pl.String()}),
    key="profile_id",
)


def open_profiles(
    profiles: DataFrame, verifications: DataFrame, facilities: pl.DataFrame, segments: int
) -> DataFrame:
    """The profiles that are not verified, with the household of their number's owner and the
    place of their facility. They have the columns of `profiles`, `facility_code` among them.
    """
    kind = Kind.of_table("profile", profiles.schema, key="profile_id")
    places = facilities.select("facility_code", *PLACE)

    def unverified(verdicts: pl.DataFrame) -> pl.DataFrame:
        return verdicts.filter(pl.col("verdict") != "verified")

    def opened(stated: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
        owned = asked.rename({"household_id": OWNER})
        asking = stated.join(owned, on="profile_id", how="inner")
        return asking.join(places, on="facility_code", how="left")

    asked = Rows(verifications, OWNED, ("profile_id", "household_id", "verdict"), unverified)
    schema = T.StructType([*profiles.schema, *(T.StructField(n, T.StringType()) for n in ADDED)])
    return met([Rows(profiles, kind), asked], segments, opened, schema)


def profile_columns() -> dict[str, pl.Expr]:
    """What a rule may use of a profile besides its own columns.

    `communes` and `provinces` hold the declared place and the facility's: people are vaccinated
    near home.
    """
    written = pl.coalesce("number", "number_digits")
    length = written.str.len_chars()
    return {
        "communes": each("commune_code", "facility_commune"),
        "provinces": each("province_code", "facility_province"),
        "number_first9": pl.when(length >= 9).then(written.str.slice(0, 9)),
        "number_last6": pl.when(length >= 8).then(written.str.tail(6)),
        **birth_columns(),
    }


def resident_columns() -> dict[str, pl.Expr]:
    """What a rule may use of a resident besides the register's own columns."""
    return {
        "owner_household_id": pl.col("household_id"),
        "number_first9": pl.col("id_number").str.slice(0, 9),
        "number_last6": pl.col("id_number").str.tail(6),
        **birth_columns(),
    }


def read_of_profiles(rules: Sequence[BlockingRule]) -> list[str]:
    """The columns of `profiles` that the rules' keys are made of."""
    made = profile_columns()
    wanted = dict.fromkeys(name for rule in rules for name in rule.columns("profile"))
    roots = (made.get(name, pl.col(name)).meta.root_names() for name in wanted)
    read = dict.fromkeys(["profile_id", "facility_code", *chain.from_iterable(roots)])
    return [name for name in read if name not in ADDED]


def each(one: str, other: str) -> pl.Expr:
    """The distinct values of two columns, of which either may be missing, as a struct: lists of
    them take ten times as long to make.
    """
    another = pl.when(pl.col(other).ne_missing(pl.col(one))).then(other).alias(other)
    return pl.struct(pl.col(one), another)


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
