"""What profiles may be found by when something beside them changes: phones, block keys, names.

Each is a view of a table with one row per profile and key, for whoever knows the keys in question.
"""

import polars as pl
from pyspark.sql import DataFrame

from transforms.households import homes
from transforms.kernels import applied, chosen
from transforms.packing import unpacked
from transforms.schemas import LONG, STRING, table
from transforms.scoring.evidence import given_phone

CALLER = table("profile_id", profile_id=LONG, phone=STRING)
KEYED = table("profile_id key", profile_id=LONG, key=LONG)
KEY = table("key residents", key=LONG, residents=LONG)
NAMESAKE = table("profile_id", profile_id=LONG, alike=STRING)
MEMBER = table("resident_id", resident_id=STRING, home=STRING)
KNOWN = table("profile_id", profile_id=LONG, resident_id=STRING)
OWNER = table("resident_id", resident_id=STRING, number=STRING)
APART = "\x1f"


def callers(profiles: DataFrame) -> DataFrame:
    """The phone that each profile is compared by."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.select("profile_id", phone=given_phone()).drop_nulls()

    told = chosen(profiles, "profile_id", "phone", "number_kind", "number_digits")
    return applied(told, kernel, CALLER)


def keyed(asking: DataFrame) -> DataFrame:
    """The block keys of each profile; `asking` are cells."""

    def kernel(cells: pl.DataFrame) -> pl.DataFrame:
        return unpacked(cells).select("profile_id", "key")

    return applied(asking, kernel, KEYED)


def keys(offered: DataFrame) -> DataFrame:
    """The block keys of residents, and of how many each is; `offered` are cells."""

    def kernel(cells: pl.DataFrame) -> pl.DataFrame:
        counted = unpacked(cells).group_by("key").agg(residents=pl.sum("records"))
        return counted.cast({"residents": pl.Int64})

    return applied(offered, kernel, KEY)


def namesakes(profiles: DataFrame) -> DataFrame:
    """Name and whole birth date, by which strangers may be one person."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        dated = batch.filter(pl.col("birth_precision") == "day")
        both = pl.concat_str("name_folded", "birth_date", separator=APART)
        return dated.select("profile_id", alike=both).drop_nulls()

    told = chosen(profiles, "profile_id", "name_folded", "birth_date", "birth_precision")
    return applied(told, kernel, NAMESAKE)


def members(residents: DataFrame) -> DataFrame:
    """Where each resident lives."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        home = homes(batch["household_id"], batch["resident_id"]).alias("home")
        return batch.select("resident_id", home)

    return applied(chosen(residents, "resident_id", "household_id"), kernel, MEMBER)


def owners(residents: DataFrame) -> DataFrame:
    """The numbers of each resident, a row each."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        numbers = (pl.col("id_number"), pl.col("old_id_number"))
        each = [batch.select("resident_id", number=number) for number in numbers]
        return pl.concat(each).drop_nulls()

    told = chosen(residents, "resident_id", "id_number", "old_id_number")
    return applied(told, kernel, OWNER)


def verified(verifications: DataFrame) -> DataFrame:
    """Whom profiles are by their number."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(pl.col("verdict") == "verified").select("profile_id", "resident_id")

    return applied(chosen(verifications, "profile_id", "resident_id", "verdict"), kernel, KNOWN)


def linked(links: DataFrame) -> DataFrame:
    """Whom profiles were linked as."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(pl.col("decision") == "linked").select("profile_id", "resident_id")

    return applied(chosen(links, "profile_id", "resident_id", "decision"), kernel, KNOWN)
