"""What linking made of the masked profiles, with the subgroups each belongs to."""

from typing import NamedTuple

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import aliased, same
from transforms.kernels import applied_to_tasks
from transforms.packing import CELLS, packed, unpacked
from transforms.schemas import MASKED_LINK, conform
from transforms.subgroups import age_band, name_group

# Columns of `masked_links` by which quality is told apart.
DIMENSIONS = (
    "sex",
    "age_band",
    "province_code",
    "name_group",
    "birth_precision",
    "phone_given",
)
# What they are read off, of a profile.
DECLARED = (
    *("sex", "province_code", "birth_precision", "birth_year", "phone"),
    *("name_folded", "surname_folded"),
)


class Decisions(NamedTuple):
    """Links of the masked profiles: with all their candidates, and as if the owner were unknown."""

    present: DataFrame
    absent: DataFrame


def without_owner(compared: DataFrame, claims: pl.DataFrame) -> DataFrame:
    """The compared pairs but for the true ones: what somebody outside the register would meet."""

    def kernel(cells: pl.DataFrame) -> pl.DataFrame:
        return pl.concat(
            packed({0: unpacked(cell).join(claims, on=["profile_id", "resident_id"], how="anti")})
            for cell in cells.iter_slices(1)
        )

    return applied_to_tasks(compared, kernel, CELLS)


def masked_links(
    links: Decisions, pairs: DataFrame, claims: DataFrame, profiles: DataFrame
) -> DataFrame:
    """One row per masked profile: its resident beside the one that linking found.

    `links` and `claims` have one row per masked profile; `pairs` are its candidates.
    """
    truth = claims.withColumnRenamed("resident_id", "true_resident_id")
    absent = links.absent.select(
        "profile_id",
        F.col("decision").alias("decision_if_absent"),
        F.col("match_probability").alias("probability_if_absent"),
    )
    keys = ["profile_id", "true_resident_id"]
    found = pairs.select("profile_id", F.col("resident_id").alias("true_resident_id"))
    compared = found.withColumn("compared", F.lit(True))
    decided = links.present.drop("resident_id", "evidence").join(
        truth, on="profile_id", how="inner"
    )
    grouped = profiles.select("profile_id", *aliased(subgroups()))
    whole = (
        decided.join(compared, on=keys, how="left")
        .join(absent, on="profile_id", how="inner")
        .join(grouped, on="profile_id", how="inner")
    )
    right = same(F.col("best_resident_id"), F.col("true_resident_id"))
    return conform(
        whole.withColumns(
            {
                "resident_id": F.col("true_resident_id"),
                "compared": F.coalesce("compared", F.lit(False)),
                "best_is_right": right,
            }
        ),
        MASKED_LINK,
    )


def subgroups() -> dict[str, Column]:
    """Of a profile as declared, the number apart."""
    plain = {name: F.col(name) for name in ("sex", "province_code", "birth_precision")}
    given = F.when(F.col("phone").isNotNull(), "yes").otherwise("no")
    return {**plain, "age_band": age_band(), "name_group": name_group(), "phone_given": given}
