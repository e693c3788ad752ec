"""Evidence that two profiles are one person, as edges between profiles."""

import polars as pl
from pydantic import BaseModel, Field
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from transforms.clustering.conflicts import in_conflict
from transforms.columns import same
from transforms.exchange import Kind, Rows, applied_to_segments, met
from transforms.schemas import LONG, STRING, table

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
HELD = Kind("held", pl.Schema(_TAKEN_FOR), key="resident_id")
KNOWN = table("profile_id", profile_id=LONG, resident_id=STRING)
EDGE = table("src dst", src=LONG, dst=LONG)


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


def resident_edges(known: DataFrame, segments: int) -> DataFrame:
    """A star per resident with several profiles, its centre the least: never all pairs."""

    def star(cells: pl.DataFrame) -> pl.DataFrame:
        held = HELD.arrived(cells)
        least = held.group_by("resident_id").agg(src=pl.min("profile_id"))
        arms = held.join(least, on="resident_id", how="inner")
        return arms.rename({"profile_id": "dst"}).filter(pl.col("src") != pl.col("dst"))

    held = Rows(known, HELD, made=lambda rows: rows.drop_nulls("resident_id"))
    return applied_to_segments(held.cells(segments), segments, star, EDGE)


def blocks(profiles: DataFrame, known: DataFrame) -> DataFrame:
    """The profiles without a resident that share name and whole birth date with another such one.

    `block_size` tells how many do; a day that stands for a year (01/01) is no birth date.
    """
    unknown = known.where(F.col("resident_id").isNull())  # profile_id is its key
    dated = (F.col("birth_precision") == "day") & F.col("name_folded").isNotNull()
    members = profiles.where(dated).join(unknown, on="profile_id", how="left_semi")
    size = F.count("*").over(Window.partitionBy("name_folded", "birth_date"))
    history = F.arrays_zip("dose_numbers", "injected_on").alias("history")
    compared = members.select(*COMPARED, history, size.alias("block_size"))
    return compared.where(F.col("block_size") > 1)


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
