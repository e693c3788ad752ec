"""What is known of profiles by their number, marked as what pairs are weighed by."""

import polars as pl
from pyspark.sql import DataFrame

from transforms.kernels import applied, chosen
from transforms.schemas import BOOL, LONG, STRING, table

VERDICT = table(
    "profile_id",
    profile_id=LONG,
    verdict=STRING,
    asks=BOOL,
    resident_id=STRING,
    household_id=STRING,
)


def marked(verdicts: DataFrame, *, asks: bool) -> DataFrame:
    """Verdicts of profiles that pairs are made of, or of others."""
    told = chosen(verdicts, *(name for name in VERDICT.names if name != "asks"))
    return applied(told, lambda batch: batch.with_columns(asks=pl.lit(asks)), VERDICT)
