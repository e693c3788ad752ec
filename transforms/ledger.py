"""The ledger: what came in and what became of it, by province, as counts and checksums."""

from functools import reduce

import numpy as np
import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import CHECKSUMS, checksum
from transforms.expressions import padded
from transforms.kernels import applied_to_tasks, chosen
from transforms.schemas import LEDGER, LONG, STRING, conform, table
from transforms.xxhash64 import xxhash64

KNOWN = ("verified", "wrong", "recovered")
LINE = table(
    "stage province_code class rows checksum",
    **{"stage": STRING, "province_code": STRING, "class": STRING, "rows": LONG, "checksum": LONG},
)


def ledger(
    dose_rows: DataFrame,
    rejected_rows: DataFrame,
    doses: DataFrame,
    dispositions: DataFrame,
    run_id: str,
) -> DataFrame:
    """Rows and checksum per stage, province ("" where none is known) and class ("all" where one).

    `dispositions` is the table as written, `dose_rows` as ingested: nothing is counted on the way.
    """
    received, profiled, disposition = (
        counted(rows, stage, *of)
        for rows, stage, *of in (
            (dose_rows, "received", padded(pl.col("province_code"), 2)),
            (doses, "profiled", pl.col("province_code")),
            (dispositions, "disposition", pl.col("province_code"), "disposition"),
        )
    )
    refused = counted_rejected(rejected_rows.where(F.col("source") == "doses"))
    # Whatever was refused was received before.
    before = refused.withColumns({"stage": F.lit("received"), "class": F.lit("all")})
    parts = (received, before, refused, profiled, disposition)
    lines = reduce(DataFrame.unionByName, parts).groupBy("stage", "province_code", "class")
    summed = lines.agg(*(F.sum(name).alias(name) for name in ("rows", "checksum")))
    return conform(summed.withColumn("run_id", F.lit(run_id)), LEDGER)


def counted(rows: DataFrame, stage: str, province: pl.Expr, class_: str = "") -> DataFrame:
    """Lines of one stage, several of a kind: each task counts its own rows."""

    def kernel(task: pl.DataFrame) -> pl.DataFrame:
        sums = pl.Series("key", xxhash64(task["dose_id"]) & np.uint64(CHECKSUMS - 1))
        named = {
            "stage": pl.lit(stage),
            "province_code": province.fill_null(""),
            "class": pl.col(class_) if class_ else pl.lit("all"),
        }
        lines = task.select(**named).with_columns(sums.cast(pl.Int64)).group_by(list(named))
        return lines.agg(rows=pl.len(), checksum=pl.sum("key"))

    needed = ("province_code", "dose_id", *([class_] if class_ else []))
    return applied_to_tasks(chosen(rows, *needed), kernel, LINE)


def counted_rejected(refused: DataFrame) -> DataFrame:
    """The same of refused rows, by reason."""
    source_row = F.concat_ws("|", "row_number", "raw")
    lines = refused.groupBy(
        F.lit("rejected").alias("stage"),
        F.coalesce("province_code", F.lit("")).alias("province_code"),
        F.col("reason").alias("class"),
    )
    return lines.agg(F.count("*").alias("rows"), F.sum(checksum(source_row)).alias("checksum"))


def imbalances(ledger: DataFrame) -> DataFrame:
    """(`stage`, `province_code`, `rows`, `expected_rows`, checksums): where two stages disagree.

    received - rejected = profiled, and profiled = the sum of the dispositions, in every province.
    """
    sides = {
        "profiled": ({"received": 1, "rejected": -1}, {"profiled": 1}),
        "disposition": ({"profiled": 1}, {"disposition": 1}),
    }
    compared = [
        ledger.groupBy("province_code").agg(
            F.lit(stage).alias("stage"),
            signed("rows", actual).alias("rows"),
            signed("rows", expected).alias("expected_rows"),
            signed("checksum", actual).alias("checksum"),
            signed("checksum", expected).alias("expected_checksum"),
        )
        for stage, (expected, actual) in sides.items()
    ]
    off = (F.col("rows") != F.col("expected_rows")) | (
        F.col("checksum") != F.col("expected_checksum")
    )
    return reduce(DataFrame.unionByName, compared).where(off).orderBy("stage", "province_code")


def signed(column: str, signs: dict[str, int]) -> Column:
    """The sum of a column over the stages named, each with its sign."""
    terms = [F.when(F.col("stage") == stage, F.col(column) * sign) for stage, sign in signs.items()]
    return F.sum(F.coalesce(*terms, F.lit(0)))
