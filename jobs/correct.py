"""Correct: dispositions -> what to change, on which side, with which evidence."""

from pyspark.sql import DataFrame

from jobs.decided import decisions_of, judged, said_real
from jobs.reference import admin_units
from jobs.run import Run
from transforms.candidates import best_candidates, candidates, with_candidates
from transforms.correction import (
    cases,
    confirmed_residents,
    corrections,
    with_evidence,
    with_records,
)
from transforms.decisions import with_stated, without_rejected
from transforms.dose_cases import dose_cases, dose_corrections, with_doses
from transforms.hamlets import with_hamlet
from transforms.places import with_place

READS = (
    "resident_rows",
    "dispositions",
    "profiles",
    "residents",
    "links",
    "verifications",
    "persons",
    "doses",
    "scored_pairs",
    "findings",
)
WRITES = ("corrections",)


def run(run: Run) -> None:
    """One row per profile, and per dose, that somebody has to look at."""
    units = admin_units(run.tables.spark, run.settings.reference_dir)
    people, doses = people_to_correct(run, units), doses_to_check(run, units)
    rows = people.unionByName(doses).transform(with_hamlet, run.tables.read("resident_rows"))
    run.tables.overwrite("corrections", rows)


def people_to_correct(run: Run, units: DataFrame) -> DataFrame:
    """One row per profile that a clerk has to look at; to review, with its candidates."""
    read = run.tables.read
    dispositions = read("dispositions")
    known = (
        dispositions.transform(cases, read("doses"))
        .transform(with_records, read("profiles"), read("residents"))
        .transform(with_evidence, read("links"), read("verifications"), read("persons"))
    )
    confirmed = dispositions.transform(confirmed_residents)
    rows = known.transform(corrections, confirmed, units, run.matching.correction)
    scored, said = read("scored_pairs"), judged(run.tables)
    if said is not None:
        rows = rows.transform(with_stated, decisions_of(run.tables))
        scored = scored.transform(without_rejected, said)
    best = best_candidates(scored, read("links"))
    return rows.transform(with_candidates, candidates(best, read("residents"), units))


def doses_to_check(run: Run, units: DataFrame) -> DataFrame:
    """One row per dose entered twice or impossible."""
    read = run.tables.read
    real = said_real(run.tables, "duplicate", "finding", "review")
    found = dose_cases(read("dispositions"), read("findings"), real)
    given = found.transform(with_doses, read("doses"))
    placed = given.transform(with_records, read("profiles"), read("residents"))
    return placed.transform(with_place, units).transform(dose_corrections, read("persons"))
