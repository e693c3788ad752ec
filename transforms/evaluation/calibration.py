"""Whether probabilities come true: the best candidates' probabilities beside the truth."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

BINS = 20  # of equal width, after Naeini et al. (2015)
DIGITS = 6  # sums of doubles differ in their last digits with the order of rows


def calibration(links: DataFrame, dispositions: DataFrame, truth: DataFrame) -> DataFrame:
    """(decision, bin): profiles with a candidate, the sum of their probabilities, and how many are
    their best candidate.

    Each profile counts once; one whose dose rows are of several people counts by the share of its
    rows that are the candidate's. Profiles none of whose rows the truth holds are left out.
    """
    known = truth.select("dose_id", F.col("resident_id").alias("true_resident"))
    owned = dispositions.select("dose_id", "profile_id").join(known, on="dose_id", how="inner")
    judged = links.where(F.col("best_resident_id").isNotNull()).select(
        "profile_id", "best_resident_id", "decision", "match_probability"
    )
    same = F.col("true_resident").eqNullSafe(F.col("best_resident_id"))
    profiles = (
        owned.join(judged, on="profile_id", how="inner")
        .groupBy("profile_id", "decision", "match_probability")
        .agg(F.avg(same.cast("double")).alias("right"))
    )
    of_bin = F.least(F.floor(F.col("match_probability") * BINS), F.lit(BINS - 1)).cast("int")
    return profiles.groupBy("decision", of_bin.alias("bin")).agg(
        F.count("*").alias("profiles"),
        F.round(F.sum("match_probability"), DIGITS).alias("predicted"),
        F.round(F.sum("right"), DIGITS).alias("right"),
    )
