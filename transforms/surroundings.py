"""Whoever may say something about some profiles: of the registers nothing else need be looked at.

They are found where they are read: bitmaps tell, and what they let through besides says nothing
about any of the profiles.
"""

from typing import NamedTuple

import polars as pl
from pyspark import Broadcast
from pyspark.sql import DataFrame

from transforms.hashing import hashed
from transforms.households import homes
from transforms.kernels import applied, chosen
from transforms.membership import Bitmap, may_hold
from transforms.schemas import BOOL, LONG, STRING, table

VERDICT = table(
    "profile_id",
    profile_id=LONG,
    verdict=STRING,
    asks=BOOL,
    resident_id=STRING,
    household_id=STRING,
)
HOME = table("home", home=STRING)
PROFILE_ID = table("profile_id", profile_id=LONG)


class Near(NamedTuple):
    """Where those are who may say something about some profiles: homes and phones, as bitmaps."""

    households: Broadcast[Bitmap]
    phones: Broadcast[Bitmap]

    def at_home(self, rows: pl.DataFrame) -> pl.Series:
        """Whether a candidate may live in the household of each row's resident."""
        theirs = homes(rows["household_id"], rows["resident_id"])
        return pl.Series(may_hold(self.households.value, hashed(theirs)))

    def by_phone(self, rows: pl.DataFrame) -> pl.Series:
        """Whether one of the profiles may have given each row's phone."""
        held = pl.Series(may_hold(self.phones.value, hashed(rows["phone"])))
        return held & rows["phone"].is_not_null()


def homes_of(residents: DataFrame, asked: Broadcast[Bitmap]) -> DataFrame:
    """The homes of the residents asked for, and of a few others."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        there = batch.filter(pl.Series(may_hold(asked.value, hashed(batch["resident_id"]))))
        return homes(there["household_id"], there["resident_id"]).to_frame("home")

    return applied(chosen(residents, "household_id", "resident_id"), kernel, HOME)


def holders(verifications: DataFrame, near: Near) -> DataFrame:
    """The profiles that are verified as one who lives with a candidate."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        held = batch.filter(pl.col("verdict") == "verified")
        return held.filter(near.at_home(held)).select("profile_id")

    told = chosen(verifications, "profile_id", "verdict", "resident_id", "household_id")
    return applied(told, kernel, PROFILE_ID)


def phone_users(profiles: DataFrame, near: Near) -> DataFrame:
    """The profiles that give a phone of those asked about: other phones cannot agree with it."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(near.by_phone(batch)).select("profile_id")

    return applied(chosen(profiles, "profile_id", "phone"), kernel, PROFILE_ID)


def residents_near(residents: DataFrame, near: Near) -> DataFrame:
    """The candidates, who lives with one of them, and whoever has a phone of the profiles."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(near.at_home(batch) | near.by_phone(batch))

    return applied(residents, kernel, residents.schema)


def marked(verdicts: DataFrame, *, asks: bool) -> DataFrame:
    """Verdicts of profiles that pairs are made of, or of others."""
    told = chosen(verdicts, *(name for name in VERDICT.names if name != "asks"))
    return applied(told, lambda batch: batch.with_columns(asks=pl.lit(asks)), VERDICT)
