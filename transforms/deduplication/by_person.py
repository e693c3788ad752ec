"""Dose rows and lives brought together by person: once, for events and findings alike."""

from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from transforms.deduplication.contradictions import contradictions
from transforms.deduplication.events import KEPT, DoseRules, dose_events
from transforms.deduplication.findings import findings
from transforms.deduplication.lives import BORN, LIFE, declared, one_each, registered
from transforms.deduplication.vaccines import Vaccines
from transforms.exchange import Kind, Rows, met, several_of_segments, together
from transforms.packing import CELLS
from transforms.schemas import DOSE, DOSE_EVENT, FINDING
from transforms.several import Several

_GIVEN = Kind.of_table("given", DOSE, key="profile_id").columns
_FEW = ("vaccine", "lot_number", "facility_code")
_KEPT = {**{name: _GIVEN[name] for name in KEPT}, **dict.fromkeys(_FEW, pl.Categorical())}
# A dose row with its person.
ENTRY = Kind(
    "entry",
    pl.Schema({"person_id": pl.String(), "unverified": pl.Boolean(), **_KEPT}),
    key="person_id",
)
_OF_PROFILE = {"profile_id": pl.Int64()}
GIVEN = Kind("given", pl.Schema(_KEPT), key="profile_id")
PERSON = Kind(
    "person",
    pl.Schema({**_OF_PROFILE, "person_id": pl.String(), "resident_id": pl.String()}),
    key="profile_id",
)
VERDICT = Kind("verdict", pl.Schema({**_OF_PROFILE, "verdict": pl.String()}), key="profile_id")
BIRTH = Kind(
    "birth",
    pl.Schema({**_OF_PROFILE, **{name: LIFE.columns[name] for name in BORN}}),
    key="profile_id",
)


class Registers(NamedTuple):
    """What is known: four tables by profile, one by resident."""

    doses: DataFrame
    persons: DataFrame
    verifications: DataFrame
    profiles: DataFrame
    residents: DataFrame


class Real(NamedTuple):
    """Ids of dose rows that people said are real."""

    doses: pl.Series  # each of them a dose by itself
    answers: pl.Series  # whether they are this person's is not asked again


def deduplicated(
    known: Registers, real: Real, vaccines: Vaccines, rules: DoseRules, segments: int
) -> Several:
    """`dose_events` and `findings`."""

    def told(cells: pl.DataFrame) -> dict[str, pl.DataFrame]:
        entries = ENTRY.arrived(cells).with_columns(pl.col(_FEW).cast(pl.String))
        events = dose_events(entries, real.doses, vaccines, rules)
        broken = findings(events, one_each(LIFE.arrived(cells)), vaccines, rules)
        torn = contradictions(entries, real.answers, rules)
        return {"dose_events": events, "findings": pl.concat([broken, torn])}

    lives = Rows(registered(known.residents), LIFE).cells(segments)
    cells = together(entered(known, segments), lives)
    return several_of_segments(
        cells, segments, told, {"dose_events": DOSE_EVENT, "findings": FINDING}
    )


def entered(known: Registers, segments: int) -> DataFrame:
    """Dose rows and the lives of strangers on their way to their person."""

    def kernel(
        doses: pl.DataFrame, persons: pl.DataFrame, verdicts: pl.DataFrame, births: pl.DataFrame
    ) -> pl.DataFrame:
        unverified = (pl.col("verdict") != "verified").alias("unverified")
        # Persons and verdicts have one row per profile.
        who = persons.join(verdicts, on="profile_id", how="left").with_columns(unverified)
        entries = doses.join(who, on="profile_id", how="inner")
        lives = declared(persons, births)
        return pl.concat([ENTRY.sent(entries, segments), LIFE.sent(lives, segments)])

    sides = (
        Rows(known.doses, GIVEN),
        Rows(known.persons, PERSON),
        Rows(known.verifications, VERDICT),
        Rows(known.profiles, BIRTH),
    )
    return met(sides, segments, kernel, CELLS)
