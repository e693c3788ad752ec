"""Verify: profiles × residents by identity number → the official verdicts."""

from jobs.run import Run
from jobs.segments import segments_of
from transforms.verification import verifications

READS = ("profiles", "residents")
WRITES = ("verifications",)


def run(run: Run) -> None:
    """One join on the number; whoever is verified needs no further matching."""
    tables = run.tables
    profiles, residents = tables.read("profiles"), tables.read("residents")
    segments = segments_of(tables.spark, profiles, residents)
    verdicts = verifications(profiles, residents, run.matching.verification, segments)
    tables.overwrite("verifications", verdicts)
