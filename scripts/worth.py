"""What links of dose rows are worth where the truth is known, ours and the peer's alike."""

from pathlib import Path
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from jobs.config import Settings, load
from jobs.evaluate import f1, share
from jobs.few import few
from jobs.session import spark_session
from jobs.tables import Tables
from scripts.registers import read
from transforms.evaluation.judgement import LINKED
from transforms.kernels import chosen


class Worth(NamedTuple):
    """Dose rows: of people in the register, linked, and linked to whom they are of."""

    known: int
    linked: int
    right: int

    @classmethod
    def of(cls, links: pl.DataFrame, truth: pl.DataFrame) -> "Worth":
        """`links` has (dose_id, resident_id), null where a row was not linked."""
        true = truth.select("dose_id", true="resident_id")
        counted = links.join(true, on="dose_id", how="left").select(
            linked=pl.col("resident_id").count(),
            right=(pl.col("resident_id") == pl.col("true")).sum(),
        )
        return cls(true["true"].count(), *counted.row(0))

    def told(self) -> list[str]:
        """Linked, wrong, precision, recall, F1; what nothing was linked for has no share."""
        found = {
            **share("precision", self.right, self.linked),
            **share("recall", self.right, self.known),
            **f1("f1", self.right, self.linked, self.known),
        }
        shares = (found[name] for name in ("precision", "recall", "f1"))
        counts = (self.linked, self.linked - self.right)
        return [f"{n:,}" for n in counts] + ["–" if x is None else f"{x:.5f}" for x in shares]


def worths(conf: Path, warehouse: Path, registers: Path, peer: Path) -> dict[str, Worth]:
    """By engine: ours after a whole run, and the peer's where it has left its links in `peer`."""
    truth = read(registers, "truth").select("dose_id", "resident_id")
    spark = spark_session(load(conf, Settings), "worth")
    found = {"doichieu": links_of(Tables(spark, str(warehouse)).read("dispositions"))}
    spark.stop()
    if (links := peer / "links.parquet").exists():
        found["peer"] = pl.read_parquet(links)
    return {name: Worth.of(links, truth) for name, links in found.items()}


def links_of(dispositions: DataFrame) -> pl.DataFrame:
    """(dose_id, resident_id) of every dose row, null where it is not linked."""
    rows = few(chosen(dispositions, "dose_id", "resident_id", "disposition"))
    linked = pl.col("disposition").is_in(LINKED)
    return rows.select("dose_id", resident_id=pl.when(linked).then("resident_id"))
