"""Classification: exactly one disposition for every dose row."""

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import either_missing, labels, same
from transforms.kernels import applied, chosen
from transforms.ledger import KNOWN
from transforms.schemas import DISPOSITION, STRING, conform, table

USABLE_NUMBERS = ("cccd", "cmnd")
BASIC = ("name", "birth_date", "birth_year", "birth_precision", "sex")
# What of either record is compared where a profile is linked.
OF_PROFILE = ("profile_id", "number", *BASIC)
OF_RESIDENT = ("resident_id", "id_number", "old_id_number", *BASIC)
COPY = table("", dose_id=STRING, duplicate_of=STRING)


def dispositions(rows: DataFrame, outcomes: DataFrame, run_id: str) -> DataFrame:
    """One row per dose row: that of its profile, `duplicate` where another row is the dose, or
    `review` where the profile is known but the dose may be another person's.
    """
    told = rows.join(outcomes, on="profile_id", how="inner")  # one outcome per profile
    is_copy = F.col("duplicate_of").isNotNull()
    torn = F.col("doubt").isNotNull() & F.col("outcome").isin(*KNOWN)
    disposition = F.when(is_copy, "duplicate").when(torn, "review").otherwise(F.col("outcome"))
    nothing = F.array().cast("array<string>")
    whole = is_copy | torn
    judged = told.select(
        "dose_id",
        "profile_id",
        "duplicate_of",
        "province_code",
        F.when(~torn, F.col("resident_id")).alias("resident_id"),
        disposition.alias("disposition"),
        F.when(whole, nothing)
        .otherwise(F.coalesce("profile_wrong_fields", nothing))
        .alias("wrong_fields"),
        F.when(torn & ~is_copy, F.col("doubt")).alias("doubt"),
        F.lit(run_id).alias("run_id"),
    )
    return conform(judged, DISPOSITION)


def dose_rows(doses: DataFrame, duplicates: DataFrame, doubted: DataFrame) -> DataFrame:
    """One row per dose row, with the row it copies (`duplicate_of`) and its `doubt`, if any."""
    rows = doses.select("dose_id", "profile_id", "province_code")
    # Both have one row per dose row at most.
    return rows.join(duplicates, on="dose_id", how="left").join(doubted, on="dose_id", how="left")


def duplicates(dose_events: DataFrame) -> DataFrame:
    """`dose_id` → `duplicate_of`: every row of an event but the one that is kept."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        several = batch.filter(pl.col("dose_rows") > 1)
        rows = several.select("dose_ids", duplicate_of="dose_id").explode("dose_ids")
        copies = rows.filter(pl.col("dose_ids") != pl.col("duplicate_of"))
        return copies.rename({"dose_ids": "dose_id"})

    return applied(chosen(dose_events, "dose_id", "dose_rows", "dose_ids"), kernel, COPY)


def outcomes(
    persons: DataFrame,
    verifications: DataFrame,
    links: DataFrame,
    profiles: DataFrame,
    wrong_fields: DataFrame,
) -> DataFrame:
    """One row per profile: what its dose rows come to, and the resident it is.

    `wrong_fields` are those of linked profiles.
    """
    # All five have one row per profile at most.
    parts = (
        verifications.select("profile_id", "verdict"),
        links.select("profile_id", "decision"),
        profiles.select("profile_id", "number_kind"),
        wrong_fields,
    )
    told = persons.select("profile_id", "resident_id")
    for part in parts:
        told = told.join(part, on="profile_id", how="left")
    return told.select(
        "profile_id", "resident_id", "profile_wrong_fields", outcome().alias("outcome")
    )


def outcome() -> Column:
    """The disposition that follows from verdict, decision and kind of number."""
    linked = F.col("decision") == "linked"
    usable = F.coalesce("number_kind", F.lit("missing")).isin(*USABLE_NUMBERS)
    return (
        F.when(F.col("verdict") == "verified", "verified")
        .when(linked & ~usable, "recovered")
        .when(linked & (F.size("profile_wrong_fields") > 0), "wrong")
        .when(linked, "verified")
        .when(F.col("decision") == "review", "review")
        .when(F.col("number_kind") == "passport", "foreign")
        .otherwise("unverifiable")
    )


def linked_wrong_fields(links: DataFrame, profiles: DataFrame, residents: DataFrame) -> DataFrame:
    """`profile_id` → `profile_wrong_fields`: where a linked profile differs from the register."""
    declared = profiles.select(*OF_PROFILE).alias("l")
    owned = residents.select(*OF_RESIDENT).alias("r")
    # profile_id and resident_id are the keys of their tables.
    both = (
        linked(links)
        .join(declared, on="profile_id", how="inner")
        .join(owned, on="resident_id", how="inner")
    )
    return both.select("profile_id", wrong_fields().alias("profile_wrong_fields"))


def linked(links: DataFrame) -> DataFrame:
    """The linked profiles, each with its resident."""
    return links.where(F.col("decision") == "linked").select("profile_id", "resident_id")


def wrong_fields() -> Column:
    """Basic fields on which `l` and `r` differ, in the order of the official list.

    An old number is the resident's own; a missing sex is no wrong one.
    """
    number = F.col("number")
    own_number = same(number, F.col("id_number")) | same(number, F.col("old_id_number"))
    sexes = F.col("l.sex"), F.col("r.sex")
    return labels(
        F.when(~own_number, "id_number"),
        F.when(~same(F.col("l.name"), F.col("r.name")), "full_name"),
        F.when(~birth_agrees(), "date_of_birth"),
        F.when(~(same(*sexes) | either_missing(*sexes)), "sex"),
    )


def birth_agrees() -> Column:
    """The same day; or the same year where neither side knows more."""
    vague = [~same(F.col(f"{side}.birth_precision"), F.lit("day")) for side in ("l", "r")]
    same_year = same(F.col("l.birth_year"), F.col("r.birth_year"))
    return same(F.col("l.birth_date"), F.col("r.birth_date")) | (vague[0] & vague[1] & same_year)
