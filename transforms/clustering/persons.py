"""Persons: every profile with the person it belongs to, by an id that lasts from run to run."""

import polars as pl
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.clustering.evidence import SHARE, TAKEN_FOR
from transforms.exchange import Kind, Rows, met
from transforms.schemas import LONG, PERSON, PERSON_OF_RESIDENT, STRING, table

# Whom a profile without a resident is.
NAMED = table(
    "profile_id person_id", profile_id=LONG, person_id=STRING, profiles=LONG, guard=STRING
)
STRANGER = Kind.of_table("stranger", NAMED, key="profile_id")
SHARED = Kind.of_table("shared", SHARE, key="profile_id")


def members(strangers: DataFrame, components: DataFrame, guards: DataFrame) -> DataFrame:
    """One row per profile of `strangers`: its component, the component's size, and its guard.

    A component that has a guard is taken apart: each of its profiles stands alone again.
    """
    size = F.count("*").over(Window.partitionBy("component"))
    alone = F.col("guard").isNotNull()
    placed = components.join(
        guards, on="component", how="left"
    ).select(  # guards: one per component
        F.col("vertex").alias("profile_id"),
        F.when(~alone, F.col("component")).alias("joined"),
        F.when(alone, F.lit(1)).otherwise(size).alias("joined_profiles"),
        "guard",
    )
    return strangers.join(placed, on="profile_id", how="left").select(
        "profile_id",
        F.coalesce("joined", "profile_id").alias("component"),
        F.coalesce("joined_profiles", F.lit(1)).alias("profiles"),
        "guard",
    )


def named(members: DataFrame, crowded: DataFrame, earlier: DataFrame) -> DataFrame:
    """The members with their `person_id`: `P-…`, the person of no known resident.

    `earlier` is the table of the run before (or empty): who has no resident keeps the id there.
    """
    names = stranger_names(members, earlier)
    told = members.join(names, on="component", how="left")  # one row per component
    marked = told.join(crowded, on="profile_id", how="left")  # crowded: one row per profile
    guard = F.coalesce("guard", "crowd_guard").alias("guard")
    return marked.select("profile_id", F.col("stranger_id").alias("person_id"), "profiles", guard)


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


def crowded(blocks: DataFrame, max_block: int) -> DataFrame:
    """The profiles left uncompared because their block is over its cap."""
    over = blocks.where(F.col("block_size") > max_block)
    return over.select("profile_id", F.lit("block_over_cap").alias("crowd_guard"))


def stranger_names(strangers: DataFrame, earlier: DataFrame) -> DataFrame:
    """`component` → `stranger_id`: the earlier id of most of its profiles, else a new one.

    An id given once is never given to anybody else.
    """
    held = earlier.where(F.col("resident_id").isNull()).select(
        "profile_id", F.col("person_id").alias("earlier_id")
    )
    components = strangers.select("component").distinct()
    named = components.join(taken_over(strangers, held), on="component", how="left")
    last = last_generations(held)
    minted = named.withColumn("stem", stem(F.col("component"))).join(last, on="stem", how="left")
    again = F.concat("stem", F.lit("."), (F.col("generation") + 1).cast("string"))
    new = F.when(F.col("generation").isNull(), F.col("stem")).otherwise(again)
    return minted.select("component", F.coalesce("earlier_id", new).alias("stranger_id"))


def taken_over(strangers: DataFrame, held: DataFrame) -> DataFrame:
    """`component` → `earlier_id`, either at most once: most profiles win, then the least id."""
    votes = (
        strangers.join(held, on="profile_id", how="inner")
        .groupBy("component", "earlier_id")
        .agg(F.count("*").alias("votes"))
    )
    most = F.col("votes").desc()
    by_component = Window.partitionBy("component").orderBy(most, "earlier_id")
    by_id = Window.partitionBy("earlier_id").orderBy(most, "component")
    wanted = votes.withColumn("choice", F.row_number().over(by_component)).where(
        F.col("choice") == 1
    )
    won = wanted.withColumn("rank", F.row_number().over(by_id)).where(F.col("rank") == 1)
    return won.select("component", "earlier_id")


def stem(component: Column) -> Column:
    """The id minted for a component that is named for the first time: its least profile in hex."""
    return F.concat(F.lit("P-"), F.lpad(F.hex(component), 16, "0"))


def last_generations(held: DataFrame) -> DataFrame:
    """`stem` → how often it was minted so far: P-x, P-x.2, P-x.3 …"""
    parts = F.split("earlier_id", r"\.")
    given = held.select(
        parts[0].alias("stem"), F.coalesce(F.get(parts, F.lit(1)).cast("int"), F.lit(1)).alias("n")
    )
    return given.groupBy("stem").agg(F.max("n").alias("generation"))
