"""Correct: dispositions → what to change, on which side, with which evidence."""

import polars as pl
from pyspark.sql import DataFrame

from jobs import reference
from jobs.decided import judged, said_real, said_right
from jobs.narrowed import among, wanted
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import segments_of
from transforms.copies import copies
from transforms.correction.by_resident import cases, corrections
from transforms.correction.candidates import best_candidates, found
from transforms.correction.rows import OWNED, STATED, Known
from transforms.decisions import without_rejected
from transforms.exchange import lying
from transforms.kernels import chosen
from transforms.schemas import FINDING

READS = (
    "resident_rows",
    "dispositions",
    "profiles",
    "residents",
    "links",
    "verifications",
    "persons",
    "doses",
    "dose_events",
    "scored_pairs",
    "findings",
)
WRITES = ("corrections",)


def run(run: Run) -> None:
    """One row per profile, and per dose, that somebody has to look at."""
    tables, rules = run.tables, run.matching.correction
    units = pl.DataFrame(reference.rows(run.settings.reference_dir, "admin_units.csv"))
    real = said_real(tables, "duplicate", "finding", "review")
    registers = tables.read("residents"), tables.read("resident_rows")
    segments, homes = (segments_of(tables.spark, tables.read(n)) for n in ("doses", "residents"))
    with scratch(tables.spark, tables.path("_correct")) as disk:
        asked = cases(what_is_known(run, disk, units, segments), real, segments, homes)
        made = corrections(asked, registers, units, rules, homes)
        tables.overwrite("corrections", made)


def what_is_known(run: Run, disk: Scratch, units: pl.DataFrame, segments: int) -> Known[DataFrame]:
    """Of every profile; what is not a table already is made, so that it lies by profile too."""
    read = run.tables.read
    best = disk.written("best", to_choose_from(run, segments))
    owned = chosen(read("residents"), *OWNED.names)
    asked = among(owned, "resident_id", wanted(best, "resident_id"))
    made = disk.all_written(
        findings=lying(read("findings"), FINDING, "profile_id", segments),
        copies=copies(read("dose_events"), segments),
        stated=lying(said_right(run.tables), STATED, "profile_id", segments),
        found=found(best, asked, units, segments),
    )
    names = ("dispositions", "doses", "profiles", "links", "verifications", "persons")
    return Known(*map(read, names), **made)


def to_choose_from(run: Run, segments: int) -> DataFrame:
    """Whom a review may be about: nobody whom people have rejected."""
    scored, said = run.tables.read("scored_pairs"), judged(run.tables)
    if said is not None:
        scored = scored.transform(without_rejected, said)
    return best_candidates(scored, run.tables.read("links"), segments)
