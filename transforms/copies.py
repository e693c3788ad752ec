"""Dose rows that copy another one, as dose events tell."""

import polars as pl
from pyspark.sql import DataFrame

from transforms.exchange import lying
from transforms.kernels import applied, chosen
from transforms.schemas import DATE, INT, LONG, STRING, table

COPY = table(
    "dose_id profile_id",
    dose_id=STRING,
    profile_id=LONG,
    duplicate_of=STRING,  # the row that is kept
    kept_number=INT,
    kept_on=DATE,
    kept_facility=STRING,
    kept_vaccine=STRING,
)
# What an event says of the row that is kept.
KEPT = {
    "dose_id": "duplicate_of",
    "dose_number": "kept_number",
    "injected_on": "kept_on",
    "facility_code": "kept_facility",
    "vaccine": "kept_vaccine",
}


def copies(dose_events: DataFrame, segments: int) -> DataFrame:
    """Every row of an event but the one that is kept, beside that one; they lie by profile."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        several = batch.filter(pl.col("dose_rows") > 1).rename(KEPT)
        rows = several.select("dose_ids", "profile_ids", *KEPT.values())
        each = rows.explode("dose_ids", "profile_ids")
        others = each.filter(pl.col("dose_ids") != pl.col("duplicate_of"))
        return others.rename({"dose_ids": "dose_id", "profile_ids": "profile_id"})

    told = chosen(dose_events, *KEPT, "dose_rows", "dose_ids", "profile_ids")
    return lying(applied(told, kernel, COPY), COPY, "profile_id", segments)
