"""Evidence that two profiles are one person, as edges between profiles."""

import polars as pl
from pydantic import BaseModel, Field
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.clustering.conflicts import HISTORY, OTHER, at_odds
from transforms.exchange import (
    Kind,
    Rows,
    applied_to_segments,
    lying,
    met,
    sent,
    several_of_segments,
    together,
)
from transforms.packing import CELLS
from transforms.schemas import BOOL, LONG, PROFILE, STRING, part, table
from transforms.several import Several

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
AGREEING = ("number", "phone", "commune_code")  # what speaks for one person besides
STRANGER = part(PROFILE, *COMPARED, *HISTORY)
STATED = Kind.of_table("stated", part(PROFILE, *STRANGER.names, "birth_precision"), "profile_id")
ALIKE = "alike"  # name and birth date as one text
ALIKE_KIND = Kind(
    "alike", pl.Schema({**Kind.of_table("", STRANGER, ALIKE).columns, ALIKE: pl.String()}), ALIKE
)
BLOCK = T.StructType([*STRANGER, T.StructField("block_size", LONG)])
PAIR = table("src dst is_certain", src=LONG, dst=LONG, phone=STRING, is_certain=BOOL)
PAIR_KIND = Kind.of_table("pair", PAIR, "phone")._replace(otherwise="src")
CALLER = Kind("caller", pl.Schema({"phone": pl.String(), "name_folded": pl.String()}), "phone")
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


def shares(known: DataFrame, segments: int) -> DataFrame:
    """Of every profile with a resident how many profiles that resident has; they lie by profile.

    Who shares a resident is one person without more ado: no edge among them is needed.
    """

    def counted(cells: pl.DataFrame) -> pl.DataFrame:
        return HELD.arrived(cells).select("profile_id", profiles=pl.len().over("resident_id"))

    held = Rows(known, HELD, made=lambda rows: rows.drop_nulls("resident_id"))
    made = applied_to_segments(held.cells(segments), segments, counted, SHARE)
    return lying(made, SHARE, "profile_id", segments)


def alike(profiles: DataFrame, known: DataFrame, rules: ClusteringRules, segments: int) -> Several:
    """`blocks`: the profiles without a resident that share name and whole birth date with another
    such one; `pairs`: who of them may be one person, if number, phone or commune says so too.

    `block_size` tells how many share both; a day that stands for a year (01/01) is no birth date.
    """

    def strangers(stated: pl.DataFrame, taken_for: pl.DataFrame) -> pl.DataFrame:
        unknown = taken_for.filter(pl.col("resident_id").is_null())  # profile_id is its key
        dated = (pl.col("birth_precision") == "day") & pl.col("name_folded").is_not_null()
        members = stated.filter(dated).join(unknown, on="profile_id", how="semi")
        both = pl.concat_str("name_folded", "birth_date", separator=APART)
        return ALIKE_KIND.sent(members.with_columns(both.alias(ALIKE)), segments)

    def met_alike(cells: pl.DataFrame) -> dict[str, pl.DataFrame]:
        members = ALIKE_KIND.arrived(cells).with_columns(block_size=pl.len().over(ALIKE))
        blocks = members.filter(pl.col("block_size") > 1)
        return {"blocks": blocks, "pairs": pairs_alike(blocks, rules)}

    sent = met([Rows(profiles, STATED), Rows(known, TAKEN_FOR)], segments, strangers, CELLS)
    return several_of_segments(sent, segments, met_alike, {"blocks": BLOCK, "pairs": PAIR})


def pairs_alike(blocks: pl.DataFrame, rules: ClusteringRules) -> pl.DataFrame:
    """Pairs `src` < `dst` within a block that nothing keeps apart; blocks over the cap give none.

    `is_certain` where number or commune agrees; `phone` where that does.
    """
    members = blocks.filter(pl.col("block_size") <= rules.max_block)
    pairs = members.join(members, on=ALIKE, suffix=OTHER).filter(
        pl.col("profile_id") < pl.col(f"profile_id{OTHER}")
    )
    agree = {name: pl.col(name) == pl.col(f"{name}{OTHER}") for name in AGREEING}
    possible = pairs.filter(~at_odds(pairs))
    return possible.select(
        src="profile_id",
        dst=f"profile_id{OTHER}",
        phone=pl.when(agree["phone"]).then("phone"),
        is_certain=agree["number"].fill_null(value=False)
        | agree["commune_code"].fill_null(value=False),
    ).filter(pl.col("is_certain") | pl.col("phone").is_not_null())


def stranger_edges(
    pairs: DataFrame, callers: DataFrame, rules: ClusteringRules, segments: int
) -> DataFrame:
    """Edges (`src`, `dst`) among profiles without a resident, by evidence strong enough.

    Name and whole birth date agree, nothing conflicts, and number, phone or commune agrees too; a
    phone that too many names share says nothing. `callers` are all users of the phones of `pairs`.
    """

    def strong(cells: pl.DataFrame) -> pl.DataFrame:
        names = CALLER.arrived(cells).drop_nulls().unique().group_by("phone").len()
        crowded = names.filter(pl.col("len") > rules.max_names_per_phone)["phone"]
        by_phone = pl.col("phone").is_not_null() & ~pl.col("phone").is_in(crowded.implode())
        return PAIR_KIND.arrived(cells).filter(pl.col("is_certain") | by_phone)

    cells = together(sent(pairs, PAIR_KIND, segments), sent(callers, CALLER, segments))
    return applied_to_segments(cells, segments, strong, EDGE)
