"""Ingest: the two registers as received, and apart from them the rows that cannot be used."""

from functools import partial
from typing import NamedTuple

import numpy as np
from pyspark.sql import DataFrame

from jobs import reference, sources
from jobs.few import few
from jobs.parquet_files import no_rows
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import segments_of
from jobs.together import together
from transforms.ingestion import DOSES, RESIDENTS, Register, accepted, checked, judged, rejected
from transforms.schemas import REJECTED_ROW
from transforms.sifting import Codes, keys_in_doubt, rows_beyond_doubt, rows_in_doubt
from transforms.waiting import Everywhere, awake

READS: tuple[str, ...] = ()
WRITES = ("resident_rows", "dose_rows", "rejected_rows")


class Sifted(NamedTuple):
    """A register's rows: those beyond doubt, those accepted at a second look, and the refused."""

    certain: DataFrame
    accepted: DataFrame
    rejected: DataFrame


def run(run: Run) -> None:
    """Both registers at once: neither waits for the other."""
    spark, write = run.tables.spark, run.tables.overwrite
    with scratch(spark, run.tables.path("_landing")) as disk, sources.being_read(spark):
        residents, doses = together(
            spark,
            partial(sifted, run, disk, run.inputs.residents, RESIDENTS),
            partial(sifted, run, disk, run.inputs.doses, DOSES),
        )
        together(
            spark,
            partial(write, "resident_rows", residents.certain, residents.accepted),
            partial(write, "dose_rows", doses.certain, doses.accepted),
            partial(write, "rejected_rows", residents.rejected, doses.rejected),
        )


def sifted(run: Run, disk: Scratch, source: str, register: Register) -> Sifted:
    """The rows of one register, told apart.

    A narrow pass finds the few keys in doubt; only their rows are judged, the others are copied.
    """
    spark, folder = run.tables.spark, run.settings.reference_dir
    communes = reference.province_of_communes(folder)
    codes = Codes(sorted(set(communes.values())), communes)
    rows = sources.landed(disk, source, register)
    found = keys_in_doubt(rows, register, codes, segments_of(spark, rows))
    hashes = few(disk.written(f"{register.source}_keys", found))["hash"]
    keys = Everywhere(spark, np.sort(hashes.to_numpy()))
    certain = rows_beyond_doubt(rows, keys, register)
    if not len(hashes):
        return Sifted(certain, no_rows(spark, certain.schema), no_rows(spark, REJECTED_ROW))
    doubtful = disk.written(f"{register.source}_rows", rows_in_doubt(rows, keys, register))
    units = reference.admin_units(awake(spark), folder)
    looked_at = checked(sources.marked(doubtful), register, units)
    verdicts = disk.written(f"{register.source}_verdicts", judged(looked_at, register))
    return Sifted(certain, accepted(verdicts), rejected(verdicts, register))
