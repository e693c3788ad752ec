"""Where a row of the lists goes: the finest place that is known of it."""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

PLACE = ("province_code", "district_code", "commune_code")


def with_place(df: DataFrame, units: DataFrame) -> DataFrame:
    """Where the list goes: the resident's commune, else the declared one, else as far as known."""
    keys = {
        "resident_commune": F.col("resident.commune_code"),
        "declared_commune": F.col("profile.commune_code"),
        "declared_district": F.col("profile.district_code"),
        "declared_province": F.coalesce("profile.province_code", "resident.province_code"),
    }
    known = units.transform(places)
    placed = reduce(
        lambda left, key: left.join(F.broadcast(named(known, key)), on=key, how="left"),
        keys,
        df.withColumns(keys),
    )  # one row per code
    chosen = F.coalesce(*(f"{key}_place" for key in keys))
    return placed.withColumns({column: chosen[column] for column in PLACE})


def places(units: DataFrame) -> DataFrame:
    """One row per `code` of any level, which its length tells: the place, finer levels null."""
    none = F.lit(None).cast("string")
    levels = [
        F.struct(
            F.col(level).alias("code"),
            F.struct(*(F.col(c) if c in PLACE[: at + 1] else none.alias(c) for c in PLACE)).alias(
                "place"
            ),
        )
        for at, level in enumerate(PLACE)
    ]
    return units.select(F.inline(F.array(*levels))).distinct()


def named(places: DataFrame, key: str) -> DataFrame:
    """The places by a code called `key`; all keys look into one and the same relation."""
    return places.select(F.col("code").alias(key), F.col("place").alias(f"{key}_place"))
