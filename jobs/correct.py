"""Correct: dispositions -> what to change, on which side, with which evidence."""

from typing import NamedTuple

from pyspark.sql import DataFrame

from jobs.decided import decisions_of, judged, said_real
from jobs.narrowed import among, wanted
from jobs.reference import admin_units
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from transforms.candidates import best_candidates, candidates, with_candidates
from transforms.correction import (
    OF_PROFILE,
    OF_RESIDENT,
    cases,
    confirmed_residents,
    corrections,
    of_people,
    with_evidence,
    with_records,
)
from transforms.decisions import with_stated, without_rejected
from transforms.dose_cases import dose_cases, dose_corrections, with_doses
from transforms.hamlets import with_hamlet
from transforms.kernels import chosen
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


class InQuestion(NamedTuple):
    """What somebody has to look at."""

    people: DataFrame  # dispositions of people
    dose_cases: DataFrame
    candidates: DataFrame  # of people to review


class Known(NamedTuple):
    """What is known of those in question, and of few others."""

    profiles: DataFrame
    residents: DataFrame
    persons: DataFrame
    doses: DataFrame
    links: DataFrame
    verifications: DataFrame
    agreeing: DataFrame  # dispositions that name one of their residents


def run(run: Run) -> None:
    """One row per profile, and per dose, that somebody has to look at."""
    tables = run.tables
    units = admin_units(tables.spark, run.settings.reference_dir)
    with scratch(tables.spark, tables.path("_correct")) as disk:
        asked = in_question(run, disk)
        known = what_is_known(run, asked, disk)
        people = people_to_correct(run, asked, known, units)
        rows = people.unionByName(doses_to_check(asked, known, units))
        tables.overwrite("corrections", rows.transform(with_hamlet, tables.read("resident_rows")))


def in_question(run: Run, disk: Scratch) -> InQuestion:
    """The dispositions that ask for a correction, and whom a review may be about."""
    tables = run.tables
    dispositions, scored = tables.read("dispositions"), tables.read("scored_pairs")
    real = said_real(tables, "duplicate", "finding", "review")
    said = judged(tables)
    if said is not None:
        scored = scored.transform(without_rejected, said)
    asked = disk.all_written(
        people=of_people(dispositions),
        dose_cases=dose_cases(dispositions, tables.read("findings").drop("profile_id"), real),
        candidates=best_candidates(scored, tables.read("links")),
    )
    return InQuestion(**asked)


def what_is_known(run: Run, asked: InQuestion, disk: Scratch) -> Known:
    """Everything that corrections tell is asked of these profiles, residents and doses alone."""
    ids = "profile_id", "resident_id"
    both = asked.people.select(*ids, "dose_id", "duplicate_of").unionByName(
        asked.dose_cases.select(*ids, "dose_id", "duplicate_of")
    )
    profiles, doses = wanted(both, "profile_id"), wanted(both, "dose_id", "duplicate_of")
    residents = wanted(both.select(*ids).unionByName(asked.candidates.select(*ids)), "resident_id")

    read = run.tables.read
    few = disk.all_written(
        profiles=among(chosen(read("profiles"), *OF_PROFILE), "profile_id", profiles),
        residents=among(chosen(read("residents"), *OF_RESIDENT), "resident_id", residents),
        persons=among(read("persons"), "profile_id", profiles),
        doses=among(read("doses"), "dose_id", doses),
        links=among(read("links"), "profile_id", profiles),
        verifications=among(read("verifications"), "profile_id", profiles),
        agreeing=among(read("dispositions"), "resident_id", residents),
    )
    return Known(**few)


def people_to_correct(run: Run, asked: InQuestion, known: Known, units: DataFrame) -> DataFrame:
    """One row per profile that a clerk has to look at; to review, with its candidates."""
    told = (
        asked.people.transform(cases, known.doses)
        .transform(with_records, known.profiles, known.residents)
        .transform(with_evidence, known.links, known.verifications, known.persons)
    )
    confirmed = known.agreeing.transform(confirmed_residents)
    rows = told.transform(corrections, confirmed, units, run.matching.correction)
    if judged(run.tables) is not None:
        rows = rows.transform(with_stated, decisions_of(run.tables))
    return rows.transform(with_candidates, candidates(asked.candidates, known.residents, units))


def doses_to_check(asked: InQuestion, known: Known, units: DataFrame) -> DataFrame:
    """One row per dose entered twice or impossible."""
    given = asked.dose_cases.transform(with_doses, known.doses)
    placed = given.transform(with_records, known.profiles, known.residents)
    return placed.transform(with_place, units).transform(dose_corrections, known.persons)
