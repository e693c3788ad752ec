"""Masking: verified profiles made to look as if nobody had typed a number."""

from math import ceil

import numpy as np
import polars as pl
from pydantic import BaseModel, Field
from pyspark.sql import DataFrame

from transforms.exchange import several_met
from transforms.kernels import applied, chosen
from transforms.schemas import LONG, STRING, table
from transforms.several import Several
from transforms.surroundings import VERDICT, Known
from transforms.xxhash64 import xxhash64

CLAIM = table("profile_id", profile_id=LONG, resident_id=STRING)
COUNT = table("profiles", profiles=LONG)
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
