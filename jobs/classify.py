"""Classify: everything known → one disposition per dose row, and the ledger that proves it."""

from jobs.errors import LedgerError
from jobs.invariants import hold
from jobs.run import Run
from transforms.classification import dispositions, dose_rows, duplicates, outcomes
from transforms.deduplication.contradictions import doubted
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
    found = outcomes(
        *(read(n) for n in ("persons", "verifications", "links", "profiles", "residents"))
    )
    rows = dose_rows(read("doses"), duplicates(read("dose_events")), doubted(read("findings")))
    run.tables.overwrite("dispositions", dispositions(rows, found, run.run_id))
    received = read("dose_rows"), read("rejected_rows")
    counted = ledger(*received, read("doses"), read("dispositions"), run.run_id)
    run.tables.during("classify, unproven").overwrite("ledger", counted)
    prove(run)
    run.tables.overwrite("ledger", read("ledger"))


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
