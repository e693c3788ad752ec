"""Ingest: the two registers as received, and apart from them the rows that cannot be used."""

from functools import partial

from pyspark.sql import DataFrame

from jobs import reference, sources
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.together import together
from transforms.ingestion import (
    DOSES,
    RESIDENTS,
    Register,
    accepted,
    checked,
    doubtful_keys,
    doubtful_rows,
    judged,
    rejected,
)

READS: tuple[str, ...] = ()
WRITES = ("resident_rows", "dose_rows", "rejected_rows")


def run(run: Run) -> None:
    """Both registers at once: neither waits for the other."""
    spark, written = run.tables.spark, run.tables.overwrite
    units = reference.admin_units(spark, run.settings.reference_dir)
    with scratch(spark, run.tables.path("_landing")) as disk, sources.unreadable_refused():
        (residents, no_residents), (doses, no_doses) = together(
            spark,
            partial(sifted, disk, run.inputs.residents, RESIDENTS, units),
            partial(sifted, disk, run.inputs.doses, DOSES, units),
        )
        together(
            spark,
            partial(written, "resident_rows", residents),
            partial(written, "dose_rows", doses),
            partial(written, "rejected_rows", no_residents.unionByName(no_doses)),
        )


def sifted(
    disk: Scratch, source: str, register: Register, units: DataFrame
) -> tuple[DataFrame, DataFrame]:
    """The rows that go on and the rows that are refused.

    A narrow pass finds the few keys in doubt; only their rows are taken apart, the others are
    copied. The keys are on disk so that Spark knows how few they are and shuffles no row for them.
    """
    rows = sources.landed(disk, source, register)
    found = rows.transform(checked, register, units).transform(doubtful_keys, register)
    keys = disk.written(f"{register.source}_keys", found)
    doubtful = disk.written(f"{register.source}_rows", doubtful_rows(rows, keys, register))
    verdicts = doubtful.transform(checked, register, units).transform(judged, register)
    return accepted(rows, keys, verdicts, register), rejected(verdicts, register)
