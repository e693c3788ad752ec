"""Classify: everything known → one disposition per dose row, and the ledger that proves it."""

import polars as pl
from pyspark.sql import DataFrame

from jobs.errors import LedgerError
from jobs.few import few
from jobs.invariants import hold
from jobs.narrowed import among, wanted
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import count, segments_of
from jobs.tables import Tables
from transforms.classification import (
    DOUBT,
    OWNED,
    Known,
    dispositions,
    doubted,
    linked_wrong_fields,
)
from transforms.copies import copies
from transforms.exchange import lying
from transforms.kernels import applied, chosen
from transforms.ledger import imbalances, ledger, lines
from transforms.ledger_promises import Written, claimed, ledger_violations, uncounted

READS = (
    "doses",
    "persons",
    "verifications",
    "links",
    "profiles",
    "residents",
    "dose_events",
    "findings",
    "dose_rows",
    "rejected_rows",
)
WRITES = ("dispositions", "ledger")
# What the ledger is counted from.
COUNTED = ("dose_rows", "rejected_rows", "doses", "dispositions")
SHOWN = 5


def run(run: Run) -> None:
    """The ledger can be read after a failure, but only a proven one is signed as finished."""
    read = run.tables.read
    decide(run)
    counted = ledger(few(lines(*map(read, COUNTED))), run.run_id)
    run.tables.during("classify, unproven").overwrite_few("ledger", counted)
    hold_balanced(counted)
    hold_promises(Written(*map(read, Written._fields)))
    run.tables.overwrite_few("ledger", counted)


def decide(run: Run) -> None:
    """Writes the dispositions."""
    tables, doses = run.tables, run.tables.read("doses")
    segments = segments_of(tables.spark, doses)
    with scratch(tables.spark, tables.path("_classify")) as disk:
        known = what_is_known(tables, disk, segments)
        tables.overwrite("dispositions", dispositions(doses, known, run.run_id, segments))


def what_is_known(tables: Tables, disk: Scratch, segments: int) -> Known[DataFrame]:
    """What dispositions follow from; what was made of it lies by profile as the tables do."""
    read = tables.read
    doubts = lying(doubted(read("findings")), DOUBT, "profile_id", segments)
    made = disk.all_written(
        wrong_fields=wrong_fields(tables, segments),
        copies=copies(read("dose_events"), segments),
        doubts=doubts,
    )
    return Known(read("persons"), read("verifications"), read("links"), read("profiles"), **made)


def wrong_fields(tables: Tables, segments: int) -> DataFrame:
    """Of the linked profiles: only their residents are looked up."""
    links, profiles, residents = map(tables.read, ("links", "profiles", "residents"))
    linked = applied(links, among_linked, links.schema)
    owned = chosen(residents, *OWNED.names)
    asked = among(owned, "resident_id", wanted(linked, "resident_id"))
    return linked_wrong_fields(links, profiles, asked, segments)


def among_linked(links: pl.DataFrame) -> pl.DataFrame:
    return links.filter(decision="linked")


def hold_balanced(counted: pl.DataFrame) -> None:
    """Raise an error that names stage, province and both figures where the ledger is off."""
    off = imbalances(counted)[:SHOWN].to_dicts()
    if off:
        told = [
            f"stage {row['stage']}, province {row['province_code'] or 'not known'}: "
            f"{row['rows']} rows (checksum {row['checksum']}) against "
            f"{row['expected_rows']} expected (checksum {row['expected_checksum']})"
            for row in off
        ]
        raise LedgerError("the ledger does not balance, nothing is published: " + "; ".join(told))


def hold_promises(tables: Written) -> None:
    """Raise an error that names what the tables promise each other and break."""
    segments = segments_of(tables.doses.sparkSession, tables.doses)
    named = wanted(tables.dispositions, "duplicate_of").value
    hold(
        few(ledger_violations(tables, named, segments)),
        uncounted(count(tables.doses), few(claimed(tables.profiles))),
    )
