"""The ledger: what came in and what became of it, by province, as counts and checksums."""

import numpy as np
import polars as pl
from pyspark.sql import DataFrame

from transforms.expressions import padded
from transforms.kernels import applied_to_tasks, chosen, united
from transforms.schemas import LONG, STRING, table
from transforms.xxhash64 import xxhash64

KNOWN = ("verified", "wrong", "recovered")
CHECKSUMS = 1 << 32
LINE = table(
    "stage province_code class rows checksum",
    **{"stage": STRING, "province_code": STRING, "class": STRING, "rows": LONG, "checksum": LONG},
)


def lines(
    dose_rows: DataFrame, rejected_rows: DataFrame, doses: DataFrame, dispositions: DataFrame
) -> DataFrame:
    """The lines of the ledger, several of a kind.

    `dispositions` is the table as written, `dose_rows` as ingested: nothing is counted on the way.
    """
    return united(
        counted(dose_rows, "received", padded(pl.col("province_code"), 2)),
        counted_rejected(rejected_rows),
        counted(doses, "profiled", pl.col("province_code")),
        counted(dispositions, "disposition", pl.col("province_code"), "disposition"),
    )


def ledger(lines: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Rows and checksum per stage, province ("" where none is known) and class ("all" where there
    is but one).
    """
    # Whatever was refused was received before.
    refused = lines.filter(stage="rejected")
    received = refused.with_columns(pl.lit("received").alias("stage"), pl.lit("all").alias("class"))
    of_line = ["stage", "province_code", "class"]
    alike = pl.concat([lines, received]).group_by(of_line)
    return alike.agg(pl.sum("rows", "checksum")).sort(of_line).with_columns(run_id=pl.lit(run_id))


def counted(rows: DataFrame, stage: str, province: pl.Expr, class_: str = "") -> DataFrame:
    """Lines of one stage, several of a kind: each task counts its own rows.

    What is alike as it was written down is counted first, and only its lines are put into words.
    """
    alike = ["province_code", *filter(None, [class_])]
    named = {
        "stage": pl.lit(stage),
        "province_code": province.fill_null(""),
        "class": pl.col(class_) if class_ else pl.lit("all"),
    }

    def kernel(task: pl.DataFrame) -> pl.DataFrame:
        counted = summed(task.select(alike), task["dose_id"])
        return counted.select(**named, rows="rows", checksum="checksum")

    return applied_to_tasks(chosen(rows, *alike, "dose_id"), kernel, LINE)


def counted_rejected(refused: DataFrame) -> DataFrame:
    """Lines of the ledger of refused dose rows: rows and checksum by province and reason."""

    def kernel(task: pl.DataFrame) -> pl.DataFrame:
        doses = task.filter(source="doses")
        named = {
            "stage": pl.lit("rejected"),
            "province_code": pl.col("province_code").fill_null(""),
            "class": pl.col("reason"),
        }
        row = pl.concat_str("row_number", "raw", separator="|", ignore_nulls=True)
        return summed(doses.select(**named), doses.select(row).to_series())

    needed = ("source", "province_code", "reason", "row_number", "raw")
    return applied_to_tasks(chosen(refused, *needed), kernel, LINE)


def summed(lines: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """Lines of one row each: how many are alike, and a number below `CHECKSUMS` of each key, of
    which the sums prove that no row was swapped.
    """
    below = pl.Series("key", xxhash64(keys) & np.uint64(CHECKSUMS - 1))
    alike = lines.with_columns(below.cast(pl.Int64)).group_by(lines.columns)
    return alike.agg(rows=pl.len(), checksum=pl.sum("key"))


def imbalances(ledger: pl.DataFrame) -> pl.DataFrame:
    """(`stage`, `province_code`, `rows`, `expected_rows`, checksums): where two stages disagree.

    received - rejected = profiled, and profiled = the sum of the dispositions, in every province.
    """
    sides = {
        "profiled": ({"received": 1, "rejected": -1}, {"profiled": 1}),
        "disposition": ({"profiled": 1}, {"disposition": 1}),
    }
    compared = [
        ledger.group_by("province_code").agg(
            stage=pl.lit(stage),
            rows=signed("rows", actual),
            expected_rows=signed("rows", expected),
            checksum=signed("checksum", actual),
            expected_checksum=signed("checksum", expected),
        )
        for stage, (expected, actual) in sides.items()
    ]
    is_off = pl.any_horizontal(
        pl.col(name) != pl.col(f"expected_{name}") for name in ("rows", "checksum")
    )
    return pl.concat(compared).filter(is_off).sort("stage", "province_code")


def signed(column: str, signs: dict[str, int]) -> pl.Expr:
    """The sum of a column over the stages named, each with its sign."""
    sign = pl.col("stage").replace_strict(signs, default=0, return_dtype=pl.Int64)
    return (pl.col(column) * sign).sum()
