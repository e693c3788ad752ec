"""Verification: whose number it is, and the official verdict on the declared data."""

from typing import Literal

from pydantic import BaseModel
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.columns import labels, same
from transforms.schemas import VERIFICATION, conform


class VerificationRules(BaseModel, frozen=True, extra="forbid"):
    """How strict the official comparison is; whether it ignored marks was never published."""

    name: Literal["toned", "folded"] = "toned"
    require_sex: bool = True
    accept_old_number: bool = True


def number_owners(residents: DataFrame, rules: VerificationRules) -> DataFrame:
    """(number, resident) for every number the register knows; an old number may have two owners."""
    current = residents.select(F.col("id_number").alias("number"), *owner_columns())
    old = residents.select(F.col("old_id_number").alias("number"), *owner_columns())
    owners = current.unionByName(old) if rules.accept_old_number else current
    return owners.where(F.length("number").isin(9, 12))


def owner_columns() -> list[Column]:
    kept = "resident_id household_id name name_folded birth_date birth_year birth_precision sex"
    return [F.col(name).alias(f"owner_{name}") for name in kept.split()]


def verifications(profiles: DataFrame, residents: DataFrame, rules: VerificationRules) -> DataFrame:
    """One row per profile: its verdict and, where the number is known, its owner."""
    numbered, others = F.col("number").isNotNull(), F.col("number").isNull()
    claimed = profiles.where(numbered).join(number_owners(residents, rules), "number", "left")
    wrong = claimed.withColumn("wrong_fields", F.when(found(), wrong_fields(rules)))
    # Of two owners of one old number, the one who agrees on more is the one meant. The number says
    # nothing that profile_id does not; with it the rows stay where the join has brought them.
    best_first = Window.partitionBy("profile_id", "number").orderBy(
        F.size("wrong_fields").asc_nulls_last(), F.col("owner_resident_id").asc_nulls_last()
    )
    chosen = wrong.withColumn("rank", F.row_number().over(best_first)).where(F.col("rank") == 1)
    everybody = chosen.unionByName(profiles.where(others), allowMissingColumns=True)
    judged = everybody.select(
        "profile_id",
        verdict().alias("verdict"),
        F.col("owner_resident_id").alias("resident_id"),
        F.col("owner_household_id").alias("household_id"),
        "wrong_fields",
    )
    return conform(judged, VERIFICATION)


def found() -> Column:
    return F.col("owner_resident_id").isNotNull()


def wrong_fields(rules: VerificationRules) -> Column:
    """Basic fields on which profile and owner disagree, in the order of the official list."""
    spelling = "name" if rules.name == "toned" else "name_folded"
    name_agrees = same(F.col(spelling), F.col(f"owner_{spelling}"))
    sex_agrees = same(F.col("sex"), F.col("owner_sex"))
    if not rules.require_sex:
        sex_agrees = sex_agrees | F.col("sex").isNull() | F.col("owner_sex").isNull()
    return labels(
        F.when(~name_agrees, "full_name"),
        F.when(~birth_agrees(), "date_of_birth"),
        F.when(~sex_agrees, "sex"),
    )


def birth_agrees() -> Column:
    """The same day; or the same year where both sides know no more than the year."""
    years_only = (F.col("birth_precision") == "year") & (F.col("owner_birth_precision") == "year")
    same_year = years_only & same(F.col("birth_year"), F.col("owner_birth_year"))
    return same(F.col("birth_date"), F.col("owner_birth_date")) | F.coalesce(
        same_year,
        F.lit(False),
    )


def verdict() -> Column:
    """verified, wrong, number_unknown, no_number, malformed_number or foreign."""
    kind = F.col("number_kind")
    return (
        F.when(found() & (F.size("wrong_fields") == 0), "verified")
        .when(found(), "wrong")
        .when(F.col("number").isNotNull(), "number_unknown")
        .when(kind.isin("missing", "filler"), "no_number")
        .when(kind == "passport", "foreign")
        .otherwise("malformed_number")
    )
