"""Masking: verified profiles made to look as if nobody had typed a number, and what they need.

Everything is cut down to the sample by broadcast joins, so that no register crosses the network.
"""

from math import ceil

from pydantic import BaseModel, Field
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.schemas import PROFILE, conform


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


def is_masked(one_in: int) -> Column:
    """A verified profile that the hash of its id draws: the same ones in every run."""
    drawn = F.pmod(F.xxhash64("profile_id", F.lit("masked")), F.lit(one_in)) == 0
    return (F.col("verdict") == "verified") & drawn


def masked_claims(verifications: DataFrame, one_in: int) -> DataFrame:
    """(profile_id, resident_id) of the masked profiles: the truth that is hidden from linking."""
    return verifications.where(is_masked(one_in)).select("profile_id", "resident_id")


def without_claims(verifications: DataFrame, one_in: int) -> DataFrame:
    """Verdicts as if the masked profiles had come without a number; all others as they are."""
    masked = is_masked(one_in)
    unknown = F.lit(None).cast("string")
    columns = {
        "verdict": F.when(masked, "no_number").otherwise(F.col("verdict")),
        "resident_id": F.when(masked, unknown).otherwise(F.col("resident_id")),
        "household_id": F.when(masked, unknown).otherwise(F.col("household_id")),
    }
    return verifications.withColumns(columns)


def masked_profiles(profiles: DataFrame, claims: DataFrame) -> DataFrame:
    """The profiles of `claims` (unique by profile) without number, digits, repairs and kind."""
    nothing = F.lit(None).cast("string")
    masked = profiles.join(
        F.broadcast(claims.select("profile_id")), on="profile_id", how="inner"
    ).withColumns(
        {
            "raw_id_number": nothing,
            "number": nothing,
            "number_digits": nothing,
            "number_kind": F.lit("missing"),
            "number_repairs": F.array().cast("array<string>"),
        }
    )
    return conform(masked, PROFILE)


def of(rows: DataFrame, key: str, wanted: DataFrame) -> DataFrame:
    """The rows whose `key` occurs in the small frame `wanted`; the large side stays in place."""
    few = wanted.select(key).where(F.col(key).isNotNull()).distinct()
    return rows.join(F.broadcast(few), on=key, how="left_semi")


def households_of(residents: DataFrame, candidates: DataFrame) -> DataFrame:
    """The candidates and everybody who lives with one of them."""
    together = of(residents, "household_id", candidates)
    return together.unionByName(candidates.where(F.col("household_id").isNull()))


def capped_as_run(planned: DataFrame, blocks: DataFrame) -> DataFrame:
    """The plan and the blocks that the run itself left out: there they held more profiles."""
    return planned.unionByName(blocks.where("capped"))
