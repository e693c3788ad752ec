"""Publish: which correction goes into which commune's file, in which order, and do sums agree."""

from functools import reduce

from pydantic import BaseModel, Field
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.vietnamese import FOLDS

UNKNOWN = "khong-ro"
CORRECTABLE = ("wrong", "recovered", "review")
LEVELS = ("province", "district", "commune")


class Publication(BaseModel, frozen=True, extra="forbid"):
    """How the lists are cut and how many tasks write them; none of it changes what they say."""

    rows_per_file: int = Field(default=50_000, ge=1)
    tasks: int = Field(default=16, ge=1)


def slug(name: Column) -> Column:
    """A name as part of a file name: `Xã Tân Thành` → `xa-tan-thanh`."""
    letters = F.translate(F.upper(name), "".join(FOLDS), "".join(FOLDS.values()))
    hyphened = F.regexp_replace(F.lower(letters), "[^a-z0-9]+", "-")
    return F.trim(hyphened, F.lit("-"))


def listed(corrections: DataFrame, units: DataFrame, rules: Publication) -> DataFrame:
    """Every correction with the one `list` it belongs to, its part and its row number there.

    Rows of one household, then of one person, stand together; the order is total.
    """
    order = Window.partitionBy("list").orderBy(
        "side", "household_id", "person_id", "current_full_name", "profile_id", "disposition"
    )
    return (
        corrections.transform(with_names, units)
        .withColumn("list", list_path())
        .repartition(rules.tasks, "list")
        .withColumn("row", F.row_number().over(order))
        .withColumn("part", F.floor((F.col("row") - 1) / rules.rows_per_file).cast("int") + 1)
    )


def with_names(df: DataFrame, units: DataFrame) -> DataFrame:
    """Each row with the names of its province, district and commune; null where not known."""
    named = (
        units.select(f"{level}_code", F.col(level).alias(f"{level}_name")).distinct()
        for level in LEVELS  # one name per code
    )
    return reduce(
        lambda left, right: left.join(F.broadcast(right), on=right.columns[0], how="left"),
        named,
        df,
    )


def list_path() -> Column:
    """`<province>/<district>/<commune>` by code and slug; `khong-ro` for a level not known."""
    parts = [
        F.concat(F.col(f"{level}_code"), F.lit("-"), slug(F.col(f"{level}_name")))
        for level in LEVELS
    ]
    return F.concat_ws("/", *(F.coalesce(part, F.lit(UNKNOWN)) for part in parts))


def communes(corrections: DataFrame, units: DataFrame) -> DataFrame:
    """One row per list: where it goes and how much work of which kind it holds."""
    named = corrections.transform(with_names, units).withColumn("list", list_path())
    doubted = F.col("side") == "population"
    parts = {f"class_{name}": F.col("case_class") == name for name in ("a", "b", "c")} | {
        "review": (F.col("disposition") == "review") & ~doubted,
        "population": doubted,
    }
    return named.groupBy(
        "list", "district_code", "district_name", "commune_code", "commune_name"
    ).agg(
        F.countDistinct(F.coalesce("person_id", "correction_id")).alias("people"),
        F.count(F.lit(1)).alias("rows"),
        F.sum("doses").alias("doses"),
        *(F.count_if(condition).alias(name) for name, condition in parts.items()),
    )


def totals(corrections: DataFrame) -> DataFrame:
    """Rows and doses by disposition: what all lists together must hold."""
    return corrections.groupBy("disposition").agg(
        F.count(F.lit(1)).alias("rows"), F.sum("doses").alias("doses")
    )


def unequal_sums(corrections: DataFrame, dispositions: DataFrame, ledger: DataFrame) -> DataFrame:
    """The dispositions whose doses are not the same in the lists, the table and the ledger.

    Lists hold only what is to be corrected; the others are compared between table and ledger.
    """
    in_lists = corrections.groupBy("disposition").agg(F.sum("doses").alias("listed"))
    decided = dispositions.groupBy("disposition").agg(F.count(F.lit(1)).alias("decided"))
    entered = ledger.where(F.col("stage") == "disposition")
    in_ledger = entered.groupBy(F.col("class").alias("disposition")).agg(
        F.sum("rows").alias("entered")
    )
    # Each of the three has one row per disposition.
    sums = decided.join(in_ledger, on="disposition", how="full").join(
        in_lists, on="disposition", how="full"
    )
    expected = F.when(F.col("disposition").isin(*CORRECTABLE), F.col("decided"))
    agree = F.col("decided").eqNullSafe(F.col("entered")) & F.col("listed").eqNullSafe(expected)
    return sums.where(~agree).orderBy("disposition")
