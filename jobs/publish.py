"""Publish: corrections -> the list of every commune, only if every sum agrees."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame

from jobs.errors import LedgerError
from jobs.lists.files import write_lists
from jobs.lists.folder import MANIFEST, fresh_staging, put_in_place, write_manifest
from jobs.lists.summaries import write_summaries
from jobs.reference import admin_units
from jobs.run import Run
from transforms.ledger import imbalances
from transforms.publication import communes, listed, totals, unequal_sums
from transforms.schemas import PUBLICATION

READS = ("corrections", "dispositions", "ledger")
WRITES = ("publications",)
SHOWN = 5


def run(run: Run) -> None:
    """The folder is swapped first and committed last: a killed run publishes again, not less."""
    read, spark = run.tables.read, run.tables.spark
    corrections = read("corrections")
    refuse_unbalanced(run, corrections)
    staging = fresh_staging(run.output, run.run_id)
    units = admin_units(spark, run.settings.reference_dir)
    lists = corrections.transform(listed, units, run.matching.publication)
    files = [row.asDict() for row in write_lists(lists, staging).collect()]
    summaries = write_summaries(staging, rows_of(corrections.transform(communes, units)))
    balance = check_files(rows_of(corrections.transform(totals)), files)
    write_manifest(staging, balance, [*files, *summaries])
    put_in_place(staging, run.output)
    run.tables.overwrite("publications", spark.createDataFrame(files, PUBLICATION))


def finished(run: Run) -> bool:
    """Whether a publication stands where it should."""
    return (run.output / MANIFEST).exists()


def refuse_unbalanced(run: Run, corrections: DataFrame) -> None:
    """Stop before anything is written when the ledger or the sums of the lists do not agree."""
    ledger, dispositions = run.tables.read("ledger"), run.tables.read("dispositions")
    off = rows_of(ledger.transform(imbalances).limit(SHOWN))
    if off:
        raise LedgerError(f"nothing was published, the ledger does not balance: {_said(off)}")
    off = rows_of(corrections.transform(unequal_sums, dispositions, ledger))
    if off:
        raise LedgerError(
            "nothing was published, lists, dispositions and ledger hold different numbers of "
            f"doses: {_said(off)}; run `doichieu run` again with a new --run-id"
        )


def _said(lines: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(", ".join(f"{name} {value}" for name, value in x.items()) for x in lines)


def check_files(
    wanted: Sequence[Mapping[str, Any]], files: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The totals of the manifest; an error when the files written do not add up to them."""
    by_disposition = {
        line["disposition"]: {"rows": line["rows"], "doses": line["doses"]} for line in wanted
    }
    for kind in (".csv", ".xlsx"):
        written = [entry for entry in files if Path(entry["file"]).suffix == kind]
        for sum_of in ("rows", "doses"):
            listed_sum = sum(entry[sum_of] for entry in written)
            wanted_sum = sum(line[sum_of] for line in wanted)
            if listed_sum != wanted_sum:
                raise LedgerError(
                    f"nothing was published: the {kind} lists hold {listed_sum:,} {sum_of} "
                    f"instead of {wanted_sum:,}; run publish again"
                )
    return {"dispositions": by_disposition}


def rows_of(df: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict() for row in df.collect()]
