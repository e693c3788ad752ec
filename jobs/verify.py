"""Verify: profiles × residents by identity number → the official verdicts."""

from jobs.run import Run
from transforms.verification import verifications

READS = ("profiles", "residents")
WRITES = ("verifications",)


def run(run: Run) -> None:
    """One join on the number; whoever is verified needs no further matching."""
    tables = run.tables
    verdicts = verifications(
        tables.read("profiles"), tables.read("residents"), run.matching.verification
    )
    tables.overwrite("verifications", verdicts)
