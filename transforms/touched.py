"""What profiles may be found by when something beside them changes: phones, block keys, names.

Each is a view of a table with one row per profile and key, for whoever knows the keys in question.
"""

import numpy as np
import polars as pl
from pyspark.sql import DataFrame

from transforms.hashing import extended, hashed
from transforms.kernels import applied, chosen
from transforms.packing import unpacked
from transforms.schemas import LONG, STRING, table
from transforms.scoring.evidence import given_phone

CALLER = table("profile_id", profile_id=LONG, phone=STRING)
KEYED = table("profile_id key", profile_id=LONG, key=LONG)
HELD = table("resident_id key", resident_id=STRING, key=LONG)
KEY = table("key residents", key=LONG, residents=LONG)
NAMESAKE = table("profile_id", profile_id=LONG, name_folded=STRING, alike=LONG)
KNOWN = table("profile_id", profile_id=LONG, resident_id=STRING)
# What the views are made of.
CALLED_BY = ("profile_id", "phone", "number_kind", "number_digits")
# What members of a household tell of it, and what a profile may have of theirs.
AT_HOME = ("name_folded", "birth_date", "phone")
CALLED = ("profile_id", "name_folded", "birth_date", "birth_precision")
LIVING = ("resident_id", "household_id")
VERIFIED = ("profile_id", "resident_id", "verdict")
LINKED = ("profile_id", "resident_id", "decision")


def callers(profiles: DataFrame) -> DataFrame:
    """The phone that each profile is compared by."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.select("profile_id", phone=given_phone()).drop_nulls()

    return applied(chosen(profiles, *CALLED_BY), kernel, CALLER)


def said_at_home(rows: pl.DataFrame) -> pl.DataFrame:
    """(household_id, said): each value of `AT_HOME` that the rows have, as a hash, once for every
    household; of residents without one nobody else tells anything.
    """
    return _said(rows, "household_id").unique()


def said_by_profiles(stated: pl.DataFrame) -> pl.DataFrame:
    """(profile_id, said): the same of profiles, which are compared by the phone they give."""
    return _said(stated.with_columns(phone=given_phone()), "profile_id")


def _said(rows: pl.DataFrame, whose: str) -> pl.DataFrame:
    known = [rows.select(whose, said=name).drop_nulls() for name in AT_HOME if name in rows.columns]
    return pl.concat(
        some.with_columns(said=pl.Series(hashed(some["said"]), dtype=pl.UInt64)) for some in known
    )


def keyed(stated: DataFrame) -> DataFrame:
    """The block keys of each profile; `stated` are cells."""
    return applied(stated, lambda cells: unpacked(cells).select(KEYED.names), KEYED)


def held(stated: DataFrame) -> DataFrame:
    """The block keys of each resident; `stated` are cells."""
    return applied(stated, lambda cells: unpacked(cells).select(HELD.names), HELD)


def keys(offered: DataFrame) -> DataFrame:
    """The block keys of residents, and of how many each is; `offered` are cells."""

    def kernel(cells: pl.DataFrame) -> pl.DataFrame:
        counted = unpacked(cells).group_by("key").agg(residents=pl.sum("records"))
        return counted.cast({"residents": pl.Int64})

    return applied(offered, kernel, KEY)


def namesakes(profiles: DataFrame) -> DataFrame:
    """The name, and name and whole birth date as one number, by which strangers may be one person.

    Were two of these alike for others' sake, nobody would be missing: more would be looked at.
    """

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        dated = batch.filter(pl.col("birth_precision") == "day").drop_nulls(CALLED)
        both = extended(hashed(dated["name_folded"]), hashed(dated["birth_date"]))
        return dated.select("profile_id", "name_folded", pl.Series("alike", both.view(np.int64)))

    return applied(chosen(profiles, *CALLED), kernel, NAMESAKE)


def verified(verifications: DataFrame) -> DataFrame:
    """Whom profiles are by their number."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(pl.col("verdict") == "verified").select("profile_id", "resident_id")

    return applied(chosen(verifications, *VERIFIED), kernel, KNOWN)


def linked(links: DataFrame) -> DataFrame:
    """Whom profiles were linked as."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(pl.col("decision") == "linked").select("profile_id", "resident_id")

    return applied(chosen(links, *LINKED), kernel, KNOWN)
