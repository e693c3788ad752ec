"""Correct: dispositions -> what to change, on which side, with which evidence."""

from jobs.reference import admin_units
from jobs.run import Run
from transforms.correction import (
    cases,
    confirmed_residents,
    corrections,
    with_evidence,
    with_records,
)

READS = ("dispositions", "profiles", "residents", "links", "verifications", "persons", "doses")
WRITES = ("corrections",)


def run(run: Run) -> None:
    """One row per profile that a clerk has to look at."""
    read = run.tables.read
    dispositions = read("dispositions")
    known = (
        dispositions.transform(cases, read("doses"))
        .transform(with_records, read("profiles"), read("residents"))
        .transform(with_evidence, read("links"), read("verifications"), read("persons"))
    )
    confirmed = dispositions.transform(confirmed_residents)
    units = admin_units(run.tables.spark, run.settings.reference_dir)
    rows = known.transform(corrections, confirmed, units, run.matching.correction)
    run.tables.overwrite("corrections", rows)
