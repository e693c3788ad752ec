"""Cases brought together with their residents: what a list asks people to look at."""

import polars as pl
from pyspark.sql import DataFrame

from transforms.correction import doses, people
from transforms.correction.candidates import listed
from transforms.correction.places import places, with_place
from transforms.correction.rows import (
    CASES,
    CONFIRMED,
    HAMLETS,
    RESIDENTS,
    Known,
    OfSegment,
    aligned,
    sides,
)
from transforms.correction.sides import REGISTERED, with_side
from transforms.correction.values import (
    Correction,
    case_class,
    correction_ids,
    current,
    dose_correction_ids,
    evidence_grade,
    proposed,
    wrong_fields,
)
from transforms.exchange import Rows, applied_to_segments, met, together
from transforms.packing import CELLS
from transforms.schemas import CORRECTION

HAMLET = "hamlet"
# What both records have, of which the resident's is called otherwise.
SHARED = [name for name in RESIDENTS.columns if name in CASES.columns and name != "resident_id"]


def cases(known: Known[DataFrame], real: pl.Series, segments: int, homes: int) -> DataFrame:
    """Cells of every profile and dose that somebody has to look at, and of confirmed residents.

    `real` are dose rows that people said are real; what is known lies in `segments`, and residents
    will meet in `homes`: fewer, as cases are.
    """

    def kernel(*of_segment: pl.DataFrame) -> pl.DataFrame:
        here = OfSegment(*of_segment)
        found = [aligned(some, CASES) for some in (people.people(here), doses.doses(here, real))]
        verified = here.dispositions.filter(pl.col("disposition") == "verified")
        confirmed = verified.select("resident_id").drop_nulls().unique()
        sent = CASES.sent(pl.concat(found), homes), CONFIRMED.sent(confirmed, homes)
        return pl.concat(sent)

    return met(sides(known), segments, kernel, CELLS)


def corrections(
    cases: DataFrame,
    registers: tuple[DataFrame, DataFrame],
    units: pl.DataFrame,
    rules: Correction,
    homes: int,
) -> DataFrame:
    """One row per case; only wrong fields get a proposal, review gets none.

    `registers` are residents in standard form and as received: some registers name hamlets.
    """
    residents, received = registers
    known = places(units)

    def kernel(cells: pl.DataFrame) -> pl.DataFrame:
        both = with_residents(cells).pipe(with_place, known)
        told = [of_people(both, CONFIRMED.arrived(cells), rules), of_doses(both)]
        return pl.concat(told, how="diagonal_relaxed")

    parts = [cases, Rows(residents, RESIDENTS).cells(homes)]
    if HAMLET in received.columns:
        parts.append(Rows(received, HAMLETS).cells(homes))
    return applied_to_segments(together(*parts), homes, kernel, CORRECTION)


def with_residents(cells: pl.DataFrame) -> pl.DataFrame:
    """The cases beside their residents, where they are known; `resident_id` is their key."""
    hamlet = pl.col(HAMLET).str.strip_chars(" ").replace("", None)
    named = RESIDENTS.arrived(cells).join(
        HAMLETS.arrived(cells).with_columns(hamlet), on="resident_id", how="left"
    )
    renamed = named.rename({name: name + REGISTERED for name in SHARED})
    return CASES.arrived(cells).join(renamed, on="resident_id", how="left")


def of_people(both: pl.DataFrame, confirmed: pl.DataFrame, rules: Correction) -> pl.DataFrame:
    """What is wrong with people's records, on which side, and how sure that is."""
    cases = both.filter(~pl.col("is_dose")).with_columns(wrong_fields=wrong_fields())
    told = cases.pipe(with_side, confirmed, rules.witnesses).with_columns(
        case_class=case_class(),
        evidence_grade=evidence_grade(rules),
        correction_id=correction_ids(cases["profile_id"], cases["resident_id"]),
        **current(),
        **proposed(),
    )
    return told.with_columns(candidates=listed(told))


def of_doses(both: pl.DataFrame) -> pl.DataFrame:
    """Doses to look up: whose they are, and what is wrong with them; they propose nothing."""
    cases = both.filter(pl.col("is_dose"))
    nothing = [name for name in CORRECTION.names if name.startswith("proposed_")]
    return cases.with_columns(
        correction_id=dose_correction_ids(cases["disposition"], cases["dose_id"]),
        case_class=pl.lit("d"),
        side=pl.lit("platform"),
        evidence_grade=pl.lit("D"),
        candidates=pl.lit([]),
        **current(),
        **dict.fromkeys(nothing, pl.lit(None, pl.String)),
    ).with_columns(current_sex=pl.lit(None, pl.String))
