"""Deduplicate: dose rows of one person → administered doses, and the rules they break."""

from collections.abc import Iterable
from pathlib import Path

from jobs import reference
from jobs.decided import said_real
from jobs.run import Run
from jobs.segments import segments_of
from transforms.deduplication.contradictions import contradictions
from transforms.deduplication.events import dose_events, entered
from transforms.deduplication.findings import findings
from transforms.deduplication.lives import declared, registered
from transforms.deduplication.vaccines import AgeStart, Vaccine

READS = ("doses", "persons", "verifications", "profiles", "residents")
WRITES = ("dose_events", "findings")

NO_BRAND = "COVID-19 Vaccine"
# As what a dose that may be another person's was listed when people said that it is real.
ASKED = ("review", "finding")


def run(run: Run) -> None:
    """Events first; the rules are read off what was written."""
    read, rules = run.tables.read, run.matching.deduplication
    known = vaccines(run.settings.reference_dir)
    doses = read("doses")
    rows = entered(doses, read("persons"), read("verifications"))
    real = said_real(run.tables, "duplicate")
    segments = segments_of(run.tables.spark, doses)
    run.tables.overwrite("dose_events", dose_events(rows, real, known, rules, segments))
    people = registered(read("residents")), declared(read("persons"), read("profiles"))
    broken = findings(read("dose_events"), people, known, rules, segments)
    torn = contradictions(doses, said_real(run.tables, *ASKED), rules)
    run.tables.overwrite("findings", broken.unionByName(torn))


def vaccines(reference_dir: Path) -> tuple[Vaccine, ...]:
    """The licensed vaccines of the reference, with their age starts."""
    starts = reference.rows(reference_dir, "vaccine_age_starts.csv")
    return tuple(
        vaccine(
            row, (start for start in starts if start["platform_label"] == row["platform_label"])
        )
        for row in reference.rows(reference_dir, "vaccines_vn.csv")
    )


def vaccine(row: dict[str, str], starts: Iterable[dict[str, str]]) -> Vaccine:
    """One row of the reference; the product's brand name stands before its bracket."""
    brand = row["product"].partition("(")[0].strip(" ,")
    label = row["platform_label"]
    return Vaccine.model_validate(
        {
            "names": (label,) if brand == NO_BRAND else (label, brand),
            "approved_on": row["approved_vn"],
            "primary_doses": row["primary_doses"],
            "min_interval_days": row["min_interval_days_for_rules"] or None,
            "age_starts": tuple(AgeStart.model_validate(pick(start)) for start in starts),
        }
    )


def pick(start: dict[str, str]) -> dict[str, str]:
    return {"start": start["start"], "age": start["age"]}
