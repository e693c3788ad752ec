"""Masking: verified profiles made to look as if nobody had typed a number."""

from math import ceil

import numpy as np
import polars as pl
from pydantic import BaseModel, Field
from pyspark.sql import DataFrame

from transforms.kernels import applied, chosen
from transforms.marked_verdicts import VERDICT
from transforms.schemas import LONG, STRING, table
from transforms.xxhash64 import xxhash64

CLAIM = table("profile_id", profile_id=LONG, resident_id=STRING)
COUNT = table("profiles", profiles=LONG)
NO_NUMBER = {
    "raw_id_number": pl.lit(None, pl.String),
    "number": pl.lit(None, pl.String),
    "number_digits": pl.lit(None, pl.String),
    "number_kind": pl.lit("missing"),
    "number_repairs": pl.lit([], pl.List(pl.String)),
}
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


def drawn(verifications: DataFrame, one_in: int) -> DataFrame:
    """The verified profiles that the hash of their id draws, the same ones in every run, and
    whom they are: the truth that is hidden from linking.
    """

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        verified = batch.filter(pl.col("verdict") == "verified")
        hashes = xxhash64(verified["profile_id"], pl.Series(["masked"])).view(np.int64)
        return verified.filter(pl.Series(hashes) % one_in == 0).select(CLAIM.names)

    return applied(chosen(verifications, *CLAIM.names, "verdict"), kernel, CLAIM)


def masked(profiles: DataFrame) -> DataFrame:
    """The profiles as if nobody had typed a number: all that tells of one is blank."""
    blank = {name: value for name, value in NO_NUMBER.items() if name in profiles.columns}
    return applied(profiles, lambda batch: batch.with_columns(**blank), profiles.schema)


def withheld(claims: pl.DataFrame) -> pl.DataFrame:
    """What the verdicts of these profiles would have been then."""
    return claims.with_columns(**WITHHELD, asks=pl.lit(value=True)).select(VERDICT.names)
