"""Whoever may say something about some profiles: of the registers nothing else need be looked at.

It is kept where it is read: bitmaps tell, and what they let through besides says nothing about any
of the profiles.
"""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.exchange import Kind, Rows, several_met
from transforms.hashing import hashed
from transforms.households import homes
from transforms.kernels import applied, chosen
from transforms.membership import Bitmap, may_hold
from transforms.schemas import BOOL, LONG, STRING, part, table
from transforms.several import Several

VERDICT = table(
    "profile_id",
    profile_id=LONG,
    verdict=STRING,
    asks=BOOL,
    resident_id=STRING,
    household_id=STRING,
)
HOME = table("home", home=STRING)
_STATED_VERDICT = part(VERDICT, "profile_id", "verdict", "resident_id", "household_id")


class Known(NamedTuple):
    """Profiles, of which so many columns are needed, and their verdicts."""

    profiles: DataFrame
    columns: T.StructType
    verifications: DataFrame

    def sides(self) -> list[Rows]:
        stated = Kind.of_table("stated", self.columns, key="profile_id")
        verdict = Kind.of_table("verdict", _STATED_VERDICT, key="profile_id")
        return [Rows(self.profiles, stated), Rows(self.verifications, verdict)]


def homes_of(residents: DataFrame, asked: Broadcast[Bitmap]) -> DataFrame:
    """The homes of the residents asked for, and of a few others."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        there = batch.filter(pl.Series(may_hold(asked.value, hashed(batch["resident_id"]))))
        return homes(there["household_id"], there["resident_id"]).to_frame("home")

    return applied(chosen(residents, "household_id", "resident_id"), kernel, HOME)


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


def around(
    known: Known, near: Near, left_out: Callable[[pl.DataFrame], pl.Series], segments: int
) -> Several:
    """`others`, profiles, and `others_verdicts`: of whoever is verified as one who lives
    with a candidate, or gives a phone of the profiles. Other phones cannot agree with it.

    `left_out` tells by their verdicts of whom nothing is wanted, as the profiles themselves.
    """

    def kernel(stated: pl.DataFrame, verdicts: pl.DataFrame) -> dict[str, pl.DataFrame]:
        others = verdicts.filter(~left_out(verdicts))
        held = others.filter((pl.col("verdict") == "verified") & near.at_home(others))
        callers = stated.filter(near.by_phone(stated))
        ids = pl.concat([held.select("profile_id"), callers.select("profile_id")])
        told = others.join(ids, on="profile_id", how="semi")
        return {
            "others": stated.join(told, on="profile_id", how="semi"),
            "others_verdicts": told.with_columns(asks=pl.lit(value=False)),
        }

    schemas = {"others": known.columns, "others_verdicts": VERDICT}
    return several_met(known.sides(), segments, kernel, schemas)


def residents_near(residents: DataFrame, near: Near) -> DataFrame:
    """The candidates, who lives with one of them, and whoever has a phone of the profiles."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(near.at_home(batch) | near.by_phone(batch))

    return applied(residents, kernel, residents.schema)
