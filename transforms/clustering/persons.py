"""Persons: every profile with the person it belongs to, by an id that lasts from run to run."""

from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame

from transforms.clustering.conflicts import guards
from transforms.clustering.evidence import BLOCK, SHARE, TAKEN_FOR
from transforms.exchange import (
    Kind,
    Rows,
    applied_to_segments,
    brought_together,
    lying,
    met,
    still,
    together,
)
from transforms.packing import CELLS
from transforms.schemas import LONG, PERSON, PERSON_OF_RESIDENT, STRING, table

# Whom a profile without a resident is.
NAMED = table(
    "profile_id person_id", profile_id=LONG, person_id=STRING, profiles=LONG, guard=STRING
)
STRANGER = Kind.of_table("stranger", NAMED, key="profile_id")
SHARED = Kind.of_table("shared", SHARE, key="profile_id")
COMPARED = Kind.of_table("compared", BLOCK, key="profile_id")
LABEL = Kind("label", pl.Schema({"profile_id": pl.Int64(), "component": pl.Int64()}), "profile_id")
# The id of the run before, of who had no resident then.
HELD = Kind("held", pl.Schema({"profile_id": pl.Int64(), "earlier_id": pl.String()}), "profile_id")
MEMBER = Kind(
    "member",
    pl.Schema({**COMPARED.columns, "component": pl.Int64(), "earlier_id": pl.String()}),
    key="component",
)
# What a component would be called, with how many of its profiles having been called so.
CLAIM = Kind(
    "claim",
    pl.Schema({"component": pl.Int64(), "earlier_id": pl.String(), "votes": pl.UInt32()}),
    key="earlier_id",
)
# Keyed by the id that would be minted of a component: its profiles, the id it takes over, and how
# often that id was minted so far.
_NAME = {"stem": pl.String(), "component": pl.Int64()}
_OF_MEMBER = {"profile_id": pl.Int64(), "profiles": pl.Int64(), "guard": pl.String()}
NAMELESS = Kind("nameless", pl.Schema({**_NAME, **_OF_MEMBER}), key="stem")
TAKEN_OVER = Kind("taken_over", pl.Schema({**_NAME, "earlier_id": pl.String()}), key="stem")
_EARLIER = ("profile_id", "person_id", "resident_id")
GIVEN = Kind("given", pl.Schema({"stem": pl.String(), "generation": pl.Int32()}), key="stem")


class Strangers(NamedTuple):
    """Whom profiles are known as, which of those without a resident were compared, and what they
    were joined to.
    """

    known: DataFrame
    blocks: DataFrame
    components: DataFrame


def strangers(found: Strangers, earlier: DataFrame, max_block: int, segments: int) -> DataFrame:
    """Every profile without a resident with its person, `P-…`; they lie by profile.

    A component that contradicts itself is taken apart: each of its profiles stands alone again.
    `earlier` is the table of the run before (or empty): who has no resident keeps the id there.
    """

    def placed(
        unknown: pl.DataFrame, labels: pl.DataFrame, compared: pl.DataFrame, held: pl.DataFrame
    ) -> pl.DataFrame:
        told = unknown
        for more in (labels, compared, held):
            told = told.join(more, on="profile_id", how="left")
        return MEMBER.sent(told.with_columns(pl.coalesce("component", "profile_id")), segments)

    def settled(cells: pl.DataFrame) -> pl.DataFrame:
        members = with_persons(MEMBER.arrived(cells), max_block)
        nameless = with_stem(members)
        return pl.concat([CLAIM.sent(claims(members), segments), NAMELESS.sent(nameless, segments)])

    def taken(cells: pl.DataFrame) -> pl.DataFrame:
        won = with_stem(taken_over(CLAIM.arrived(cells)))
        return pl.concat([still(cells, NAMELESS), TAKEN_OVER.sent(won, segments)])

    def called(cells: pl.DataFrame) -> pl.DataFrame:
        return named(NAMELESS.arrived(cells), TAKEN_OVER.arrived(cells), GIVEN.arrived(cells))

    labels = Rows(found.components, LABEL, ("vertex", "component"), by_profile)
    known, blocks = Rows(found.known, TAKEN_FOR, made=unlinked), Rows(found.blocks, COMPARED)
    members = met([known, labels, blocks, held(earlier)], segments, placed, CELLS)
    claimed = brought_together(brought_together(members, segments, settled), segments, taken)
    everything = together(claimed, given(earlier).cells(segments))
    made = applied_to_segments(everything, segments, called, NAMED)
    return lying(made, NAMED, "profile_id", segments)


def by_profile(labels: pl.DataFrame) -> pl.DataFrame:
    return labels.rename({"vertex": "profile_id"})


def unlinked(rows: pl.DataFrame) -> pl.DataFrame:
    """Who has no resident."""
    return rows.filter(pl.col("resident_id").is_null())


def held(earlier: DataFrame) -> Rows:
    """What strangers were called in the run before."""

    def kernel(rows: pl.DataFrame) -> pl.DataFrame:
        return unlinked(rows).rename({"person_id": "earlier_id"})

    return Rows(earlier, HELD, _EARLIER, kernel)


def given(earlier: DataFrame) -> Rows:
    """How often an id was minted so far: P-x, P-x.2, P-x.3 …"""

    def kernel(rows: pl.DataFrame) -> pl.DataFrame:
        parts = unlinked(rows)["person_id"].str.splitn(".", 2).struct.unnest()
        generation = pl.col("field_1").cast(pl.Int32, strict=False).fill_null(1)
        return parts.select(stem="field_0", generation=generation)

    return Rows(earlier, GIVEN, _EARLIER, kernel)


def with_persons(members: pl.DataFrame, max_block: int) -> pl.DataFrame:
    """The members of whole components with `profiles` and `guard`; those taken apart are each a
    component of their own.
    """
    sized = members.with_columns(profiles=pl.len().over("component").cast(pl.Int64))
    joined = sized.filter(pl.col("profiles") > 1)
    told = sized.join(guards(joined), on="component", how="left")
    alone = pl.col("guard").is_not_null()
    over_cap = pl.when(pl.col("block_size") > max_block).then(pl.lit("block_over_cap"))
    return told.with_columns(
        component=pl.when(alone).then("profile_id").otherwise("component"),
        profiles=pl.when(alone).then(1).otherwise("profiles"),
        guard=pl.coalesce("guard", over_cap),
    )


def claims(members: pl.DataFrame) -> pl.DataFrame:
    """`component`, `earlier_id`, `votes`: what most profiles of a component were called, the least
    of such ids.
    """
    called = members.drop_nulls("earlier_id")
    votes = called.group_by("component", "earlier_id").agg(votes=pl.len())
    first = ["component", "votes", "earlier_id"]
    return votes.sort(first, descending=[False, True, False]).unique("component", keep="first")


def taken_over(claims: pl.DataFrame) -> pl.DataFrame:
    """`component` → `earlier_id`, either at most once: most profiles win, then the least."""
    first = ["earlier_id", "votes", "component"]
    return claims.sort(first, descending=[False, True, False]).unique("earlier_id", keep="first")


def named(members: pl.DataFrame, won: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """The members with their `person_id`: an id given once is never given to anybody else."""
    last = given.group_by("stem").agg(pl.max("generation"))
    again = pl.col("stem") + "." + (pl.col("generation") + 1).cast(pl.String)
    minted = pl.when(pl.col("generation").is_null()).then("stem").otherwise(again)
    told = members.join(won.drop("stem"), on="component", how="left").join(
        last, on="stem", how="left"
    )
    return told.with_columns(person_id=pl.coalesce("earlier_id", minted))


def with_stem(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds the id minted for a component that is named for the first time: its least profile in
    hex.
    """
    numbers = rows["component"].to_numpy().astype(np.dtype(">i8"))
    octets = pa.Array.from_buffers(pa.binary(8), len(rows), [None, pa.py_buffer(numbers)])
    digits = pl.Series(octets.cast(pa.binary())).bin.encode("hex").str.to_uppercase()
    return rows.with_columns(stem="P-" + digits)


def persons(known: DataFrame, shares: DataFrame, strangers: DataFrame, segments: int) -> DataFrame:
    """One row per profile: a resident's person, `R-…`, or that of a stranger."""

    def kernel(taken_for: pl.DataFrame, held: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
        of_residents = taken_for.drop_nulls("resident_id").with_columns(
            person_id=PERSON_OF_RESIDENT + pl.col("resident_id")
        )
        sized = of_residents.join(held, on="profile_id", how="left")
        return pl.concat([sized, others], how="diagonal")

    sides = Rows(known, TAKEN_FOR), Rows(shares, SHARED), Rows(strangers, STRANGER)
    return met(sides, segments, kernel, PERSON)
