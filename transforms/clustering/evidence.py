"""Evidence that two profiles are one person, as edges between profiles."""

import polars as pl
from pydantic import BaseModel, Field
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from transforms.clustering.conflicts import in_conflict
from transforms.columns import same
from transforms.exchange import Kind, Rows, applied_to_segments, lying, met
from transforms.packing import CELLS
from transforms.schemas import LONG, PROFILE, STRING, part, table

APART = "\x1f"

COMPARED = (
    "profile_id",
    "name",
    "name_folded",
    "birth_date",
    "sex",
    "phone",
    "number",
    "commune_code",
)
# Whom a verdict, and whom a decision, takes a profile for.
_TAKEN_FOR = {"profile_id": pl.Int64(), "resident_id": pl.String()}
VERDICT = Kind("verdict", pl.Schema({**_TAKEN_FOR, "verdict": pl.String()}), key="profile_id")
DECISION = Kind("decision", pl.Schema({**_TAKEN_FOR, "decision": pl.String()}), key="profile_id")
TAKEN_FOR = Kind("taken_for", pl.Schema(_TAKEN_FOR), key="profile_id")
HELD = Kind("held", pl.Schema(_TAKEN_FOR), key="resident_id")
KNOWN = table("profile_id", profile_id=LONG, resident_id=STRING)
# How many profiles a profile's resident has.
SHARE = table("profile_id profiles", profile_id=LONG, profiles=LONG)
HISTORY = ("dose_numbers", "injected_on")
STRANGER = part(PROFILE, *COMPARED, *HISTORY)
STATED = Kind.of_table("stated", part(PROFILE, *STRANGER.names, "birth_precision"), "profile_id")
ALIKE = "alike"  # name and birth date as one text
ALIKE_KIND = Kind(
    "alike", pl.Schema({**Kind.of_table("", STRANGER, ALIKE).columns, ALIKE: pl.String()}), ALIKE
)
BLOCK = T.StructType([*STRANGER, T.StructField("block_size", LONG)])


class ClusteringRules(BaseModel, frozen=True, extra="forbid"):
    """How far profiles that nobody could link may be joined among themselves."""

    # Profiles that share name and birth date; more than that is a default value, not a person.
    max_block: int = Field(default=50, ge=2)
    # A phone under more names than this belongs to a group leader, not to a household.
    max_names_per_phone: int = Field(default=12, ge=1)
    # Profiles of one person; above it something has chained and the run stops.
    max_component: int = Field(default=500, ge=2)


def known_residents(verifications: DataFrame, links: DataFrame, segments: int) -> DataFrame:
    """One row per profile: the resident it was verified or linked as, else null."""

    def kernel(verdicts: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
        verified = pl.when(verdict="verified").then("resident_id")
        linked = pl.when(decision="linked").then("linked_as")
        # Both tables have one row per profile; links only for those not verified.
        named = decisions.rename({"resident_id": "linked_as"})
        beside = verdicts.join(named, on="profile_id", how="left")
        return beside.select("profile_id", resident_id=pl.coalesce(verified, linked))

    sides = Rows(verifications, VERDICT), Rows(links, DECISION)
    return met(sides, segments, kernel, KNOWN)


def shares(known: DataFrame, segments: int) -> DataFrame:
    """Of every profile with a resident how many profiles that resident has; they lie by profile.

    Who shares a resident is one person without more ado: no edge among them is needed.
    """

    def counted(cells: pl.DataFrame) -> pl.DataFrame:
        return HELD.arrived(cells).select("profile_id", profiles=pl.len().over("resident_id"))

    held = Rows(known, HELD, made=lambda rows: rows.drop_nulls("resident_id"))
    made = applied_to_segments(held.cells(segments), segments, counted, SHARE)
    return lying(made, SHARE, "profile_id", segments)


def blocks(profiles: DataFrame, known: DataFrame, segments: int) -> DataFrame:
    """The profiles without a resident that share name and whole birth date with another such one.

    `block_size` tells how many do; a day that stands for a year (01/01) is no birth date.
    """

    def strangers(stated: pl.DataFrame, taken_for: pl.DataFrame) -> pl.DataFrame:
        unknown = taken_for.filter(pl.col("resident_id").is_null())  # profile_id is its key
        dated = (pl.col("birth_precision") == "day") & pl.col("name_folded").is_not_null()
        members = stated.filter(dated).join(unknown, on="profile_id", how="semi")
        both = pl.concat_str("name_folded", "birth_date", separator=APART)
        return ALIKE_KIND.sent(members.with_columns(both.alias(ALIKE)), segments)

    def sized(cells: pl.DataFrame) -> pl.DataFrame:
        members = ALIKE_KIND.arrived(cells).with_columns(block_size=pl.len().over(ALIKE))
        return members.filter(pl.col("block_size") > 1)

    sent = met([Rows(profiles, STATED), Rows(known, TAKEN_FOR)], segments, strangers, CELLS)
    return applied_to_segments(sent, segments, sized, BLOCK)


def with_history(blocks: DataFrame) -> DataFrame:
    """The same with `history`: dose numbers and days side by side."""
    return blocks.withColumn("history", F.arrays_zip(*HISTORY)).drop(*HISTORY)


def stranger_edges(blocks: DataFrame, profiles: DataFrame, rules: ClusteringRules) -> DataFrame:
    """Edges among profiles without a resident: never to a resident's, for that is link's decision.

    Name and whole birth date agree, nothing conflicts, and number, phone or commune agrees too.
    """
    by_number = same(F.col("l.number"), F.col("r.number"))
    same_phone = same(F.col("l.phone"), F.col("r.phone"))
    same_commune = same(F.col("l.commune_code"), F.col("r.commune_code"))
    pairs = pairs_alike(blocks, rules).select(
        F.col("l.profile_id").alias("src"),
        F.col("r.profile_id").alias("dst"),
        F.when(same_phone, F.col("l.phone")).alias("phone"),
        (by_number | same_commune).alias("is_certain"),
    )
    # Each phone stands once among the household phones.
    usable = pairs.join(household_phones(profiles, pairs, rules), on="phone", how="left")
    strong = F.col("is_certain") | F.col("is_household").isNotNull()
    return usable.where(strong).select("src", "dst")


def pairs_alike(blocks: DataFrame, rules: ClusteringRules) -> DataFrame:
    """Pairs `l` < `r` within a block that nothing keeps apart; blocks over the cap give none."""
    members = blocks.where(F.col("block_size") <= rules.max_block)
    # Plain equalities: only those become join keys, anything around them compares all with all.
    same_name = F.col("l.name_folded") == F.col("r.name_folded")
    same_birth = F.col("l.birth_date") == F.col("r.birth_date")
    each_pair_once = F.col("l.profile_id") < F.col("r.profile_id")
    pairs = members.alias("l").join(
        members.alias("r"), on=same_name & same_birth & each_pair_once, how="inner"
    )
    return pairs.where(~in_conflict("l", "r"))


def household_phones(profiles: DataFrame, pairs: DataFrame, rules: ClusteringRules) -> DataFrame:
    """The phones of `pairs` that few enough names share, each once."""
    asked = pairs.select("phone").dropna().distinct()
    named = profiles.select("phone", "name_folded").join(asked, on="phone", how="left_semi")
    counted = named.groupBy("phone").agg(F.count_distinct("name_folded").alias("names"))
    household = counted.where(F.col("names") <= rules.max_names_per_phone)
    return household.select("phone", F.lit("household").alias("is_household"))
