"""Classify: everything known → one disposition per dose row, and the ledger that proves it."""

from pyspark.sql import DataFrame

from jobs.errors import LedgerError
from jobs.invariants import hold
from jobs.narrowed import among, wanted
from jobs.run import Run
from jobs.scratch import scratch
from jobs.tables import Tables
from transforms.classification import (
    OF_PROFILE,
    OF_RESIDENT,
    dispositions,
    dose_rows,
    duplicates,
    linked,
    linked_wrong_fields,
    outcomes,
)
from transforms.deduplication.contradictions import doubted
from transforms.kernels import chosen
from transforms.ledger import imbalances, ledger, ledger_violations

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
SHOWN = 5


def run(run: Run) -> None:
    """The ledger can be read after a failure, but only a proven one is signed as finished."""
    read = run.tables.read
    with scratch(run.tables.spark, run.tables.path("_classify")) as disk:
        copies = disk.written("copies", duplicates(read("dose_events")))
        rows = dose_rows(read("doses"), copies, doubted(read("findings")))
        wrong = wrong_fields(run.tables)
        found = outcomes(
            read("persons"), read("verifications"), read("links"), read("profiles"), wrong
        )
        run.tables.overwrite("dispositions", dispositions(rows, found, run.run_id))
    received = read("dose_rows"), read("rejected_rows")
    counted = ledger(*received, read("doses"), read("dispositions"), run.run_id)
    run.tables.during("classify, unproven").overwrite("ledger", counted)
    prove(run)
    run.tables.overwrite("ledger", read("ledger"))


def wrong_fields(tables: Tables) -> DataFrame:
    """Of the linked profiles: only they and their residents are looked up."""
    links, profiles, residents = map(tables.read, ("links", "profiles", "residents"))
    pairs = linked(links)
    declared = among(chosen(profiles, *OF_PROFILE), "profile_id", wanted(pairs, "profile_id"))
    owned = among(chosen(residents, *OF_RESIDENT), "resident_id", wanted(pairs, "resident_id"))
    return linked_wrong_fields(links, declared, owned)


def prove(run: Run) -> None:
    """Raise an error that names stage, province and both figures, or the invariant broken."""
    read = run.tables.read
    off = imbalances(read("ledger")).limit(SHOWN).collect()
    if off:
        lines = [
            f"stage {row['stage']}, province {row['province_code'] or 'not known'}: "
            f"{row['rows']} rows (checksum {row['checksum']}) against "
            f"{row['expected_rows']} expected (checksum {row['expected_checksum']})"
            for row in off
        ]
        raise LedgerError("the ledger does not balance, nothing is published: " + "; ".join(lines))
    tables = ("dispositions", "doses", "persons", "profiles", "residents")
    hold(ledger_violations(*(read(name) for name in tables)))
