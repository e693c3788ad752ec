"""Deduplicate: dose rows of one person → administered doses, and the rules they break."""

from collections.abc import Iterable
from pathlib import Path

from jobs import reference
from jobs.decided import said_real
from jobs.run import Run
from jobs.segments import segments_of
from transforms.deduplication.by_person import Real, Registers, deduplicated
from transforms.deduplication.vaccines import AgeStart, Vaccine

READS = Registers._fields
WRITES = ("dose_events", "findings")

NO_BRAND = "COVID-19 Vaccine"
# As what a dose that may be another person's was listed when people said that it is real.
ASKED = ("review", "finding")


def run(run: Run) -> None:
    """Events and the rules they break come of the same rows, brought together once."""
    tables, rules = run.tables, run.matching.deduplication
    known = Registers(*map(tables.read, READS))
    real = Real(said_real(tables, "duplicate"), said_real(tables, *ASKED))
    segments = segments_of(tables.spark, known.doses)
    licensed = vaccines(run.settings.reference_dir)
    tables.overwrite_all(deduplicated(known, real, licensed, rules, segments))


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
