"""Correct: in which hamlet or street group a resident lives, where the register says so."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.schemas import CORRECTION, conform

HAMLET = "hamlet"


def with_hamlet(corrections: DataFrame, resident_rows: DataFrame) -> DataFrame:
    """The same corrections, each with the `hamlet` of its resident's row as it was received.

    The input contract does not ask for one; a register without that column changes nothing.
    """
    if HAMLET not in resident_rows.columns:
        return corrections
    told = F.nullif(F.trim(HAMLET), F.lit(""))
    named = resident_rows.select("resident_id", told.alias(HAMLET))  # resident_id is the key
    joined = corrections.drop(HAMLET).join(named, on="resident_id", how="left")
    return conform(joined, CORRECTION)
