"""Masking: verified profiles made to look as if nobody had typed a number, and what they need.

Of the registers only what may say something about the sample is kept, where it is read: bitmaps
tell, and what they let through besides says nothing about anybody of the sample.
"""

from math import ceil
from typing import NamedTuple

import numpy as np
import polars as pl
from pydantic import BaseModel, Field
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.exchange import Kind, Rows, several_met
from transforms.hashing import hashed
from transforms.households import household_hashes
from transforms.kernels import Several, applied, chosen
from transforms.membership import Bitmap, may_hold
from transforms.schemas import BOOL, LONG, STRING, part, table
from transforms.xxhash64 import xxhash64

VERDICT = table(
    "profile_id",
    profile_id=LONG,
    verdict=STRING,
    asks=BOOL,
    resident_id=STRING,
    household_id=STRING,
)
CLAIM = table("profile_id", profile_id=LONG, resident_id=STRING)
COUNT = table("profiles", profiles=LONG)
_STATED_VERDICT = part(VERDICT, "profile_id", "verdict", "resident_id", "household_id")
WITHHELD = {
    "verdict": pl.lit("no_number"),
    "resident_id": pl.lit(None, pl.String),
    "household_id": pl.lit(None, pl.String),
}


class Measurement(BaseModel, frozen=True, extra="forbid"):
    """How much of what is certain is set aside to measure with.

    The claims of all masked profiles are withheld at once; a small share keeps what the other
    profiles of a person say.
    """

    masked_profiles: int = Field(default=20_000, ge=1)  # at most about so many
    masked_share: float = Field(default=0.05, gt=0, le=1)  # of the verified ones, at most

    def one_in(self, verified: int) -> int:
        """One in so many verified profiles is masked."""
        return max(ceil(verified / self.masked_profiles), ceil(1 / self.masked_share))


def verified(verifications: DataFrame) -> DataFrame:
    """How many profiles are verified, part by part."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame({"profiles": [(batch["verdict"] == "verified").sum()]})

    return applied(chosen(verifications, "verdict"), kernel, COUNT)


def is_masked(verdicts: pl.DataFrame, one_in: int) -> pl.Series:
    """The verified profiles that the hash of their id draws: the same ones in every run."""
    hashes = pl.Series(xxhash64(verdicts["profile_id"], pl.Series(["masked"])).view(np.int64))
    return (verdicts["verdict"] == "verified") & (hashes % one_in == 0)


class Known(NamedTuple):
    """Profiles, of which so many columns are needed, and their verdicts."""

    profiles: DataFrame
    columns: T.StructType
    verifications: DataFrame

    def sides(self) -> list[Rows]:
        stated = Kind.of_table("stated", self.columns, key="profile_id")
        verdict = Kind.of_table("verdict", _STATED_VERDICT, key="profile_id")
        return [Rows(self.profiles, stated), Rows(self.verifications, verdict)]


def masked(known: Known, one_in: int, segments: int) -> Several:
    """The sample: `profiles` as if nobody had typed a number, with their `verdicts`, and
    as `claims` the truth that is hidden from linking.
    """
    names = known.columns.names
    nothing = {
        "raw_id_number": pl.lit(None, pl.String),
        "number": pl.lit(None, pl.String),
        "number_digits": pl.lit(None, pl.String),
        "number_kind": pl.lit("missing"),
        "number_repairs": pl.lit([], pl.List(pl.String)),
    }
    blank = {name: value for name, value in nothing.items() if name in names}

    def kernel(stated: pl.DataFrame, verdicts: pl.DataFrame) -> dict[str, pl.DataFrame]:
        drawn = verdicts.filter(is_masked(verdicts, one_in))
        chosen_ones = stated.join(drawn, on="profile_id", how="semi")
        return {
            "profiles": chosen_ones.with_columns(**blank),
            "verdicts": drawn.with_columns(**WITHHELD, asks=pl.lit(value=True)),
            "claims": drawn.select("profile_id", "resident_id"),
        }

    schemas = {"profiles": known.columns, "verdicts": VERDICT, "claims": CLAIM}
    return several_met(known.sides(), segments, kernel, schemas)


class Near(NamedTuple):
    """Where those are who may say something about the sample: homes and phones, as bitmaps."""

    households: Broadcast[Bitmap]
    phones: Broadcast[Bitmap]

    def at_home(self, rows: pl.DataFrame) -> pl.Series:
        """Whether a candidate may live in the household of each row's resident."""
        homes = household_hashes(rows["household_id"], rows["resident_id"])
        return pl.Series(may_hold(self.households.value, hashed(homes)))

    def by_phone(self, rows: pl.DataFrame) -> pl.Series:
        """Whether somebody of the sample may have given each row's phone."""
        held = pl.Series(may_hold(self.phones.value, hashed(rows["phone"])))
        return held & rows["phone"].is_not_null()


def around(known: Known, near: Near, one_in: int, segments: int) -> Several:
    """`others`, profiles, and `others_verdicts`: of whoever is verified as one who lives
    with a candidate, or gives a phone of the sample. Other phones cannot agree with it.
    """

    def kernel(stated: pl.DataFrame, verdicts: pl.DataFrame) -> dict[str, pl.DataFrame]:
        others = verdicts.filter(~is_masked(verdicts, one_in))
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
    """The candidates, who lives with one of them, and whoever has a phone of the sample."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(near.at_home(batch) | near.by_phone(batch))

    return applied(residents, kernel, residents.schema)
