"""What became of every row ever listed: new, open, moved, reopened, solved."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.schemas import LISTED_ROW, PROGRESS, conform

OF_A_ROW = ("profile_id", "resident_id", "disposition", "province_code")


def rows_listed(corrections: DataFrame, list_id: Column) -> DataFrame:
    """One row per row of the lists: each candidate of a review is one."""
    at = (list_id.alias("list_id"), "profile_id", "disposition", "province_code")
    alone = F.array(F.struct("correction_id", "resident_id"))
    several = F.transform(
        "candidates",
        lambda one: F.struct(
            one["correction_id"].alias("correction_id"), one["resident_id"].alias("resident_id")
        ),
    )
    told = F.when(F.size("candidates") > 0, several).otherwise(alone)
    return corrections.select(*at, F.inline(told))


def listed_rows(now: DataFrame, before: DataFrame, run_id: str) -> DataFrame:
    """Every row listed now or ever, with its state against the publication before this run's.

    The same run again compares with what it compared with the first time.
    """
    listed = now.select("correction_id", "list_id", F.struct(*OF_A_ROW).alias("today"))
    # correction_id is the key of both.
    both = listed.join(rows_before(before, run_id), on="correction_id", how="full")
    told = both.select(
        "correction_id",
        F.coalesce("list_id", "was_list_id").alias("list_id"),
        F.coalesce("today", "then").alias("told"),
        F.col("list_id").isNotNull().alias("is_open"),
        state().alias("state"),
        F.lit(run_id).alias("run_id"),
        "was_open",
        "was_list_id",
    )
    return conform(told.select("*", "told.*"), LISTED_ROW)


def rows_before(before: DataFrame, run_id: str) -> DataFrame:
    """What was open, and in which list, when the publication before that of `run_id` stood."""
    again = F.col("run_id") == run_id
    return before.select(
        "correction_id",
        F.when(again, F.col("was_open")).otherwise(F.col("is_open")).alias("was_open"),
        F.when(again, F.col("was_list_id")).otherwise(F.col("list_id")).alias("was_list_id"),
        F.struct(*OF_A_ROW).alias("then"),
    ).where(F.col("was_open").isNotNull())


def state() -> Column:
    """new, reopened, moved, open or solved; null for what has been solved for longer."""
    is_open, was_open = F.col("list_id").isNotNull(), F.col("was_open")
    return (
        F.when(is_open & was_open.isNull(), "new")
        .when(is_open & ~was_open, "reopened")
        .when(is_open & (F.col("list_id") != F.col("was_list_id")), "moved")
        .when(is_open, "open")
        .when(was_open, "solved")
    )


def changes(rows: DataFrame) -> DataFrame:
    """Rows by state and province: what moved since the last publication."""
    moved = rows.where(F.col("state").isNotNull())
    return (
        moved.groupBy("province_code", "state")
        .agg(F.count(F.lit(1)).alias("rows"))
        .orderBy("province_code", "state")
    )


def progress(ledger: DataFrame, run_id: str) -> DataFrame:
    """Dose rows by province and disposition, as this run's ledger has them."""
    decided = ledger.where(F.col("stage") == "disposition")
    counted = decided.groupBy("province_code", F.col("class").alias("disposition"))
    rows = counted.agg(F.sum("rows").alias("rows"))
    return conform(rows.withColumn("run_id", F.lit(run_id)), PROGRESS)
