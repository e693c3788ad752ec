"""The rows that corrections are made of: what lies by profile, and what meets a resident."""

from typing import Generic, NamedTuple, TypeVar

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.copies import COPY
from transforms.exchange import Kind, Rows
from transforms.schemas import (
    BOOL,
    CANDIDATES,
    CORRECTION,
    DISPOSITION,
    DOSE,
    DOUBLE,
    FINDING,
    INT,
    LINK,
    LONG,
    PERSON,
    PROFILE,
    RESIDENT,
    STRING,
    VERIFICATION,
    part,
    table,
)

FIELDS = ("id_number", "full_name", "date_of_birth", "sex")
PLACE = ("province_code", "district_code", "commune_code")
BIRTH = ("birth_date", "birth_year", "birth_month", "birth_precision")
STATED = table("profile_id", profile_id=LONG, stated=STRING, upheld=STRING)
# A person whom a review may be about: as a list shows them, their number whole.
FOUND = table(
    "profile_id rank",
    profile_id=LONG,
    rank=INT,
    **{field.name: field.dataType for field in CANDIDATES.elementType},  # type: ignore[attr-defined]
    commune_code=STRING,
)
# What a correction tells of the declared record: all of it was half of what this stage moved.
DECLARED = part(
    PROFILE,
    "profile_id",
    *(f"raw_{field}" for field in FIELDS),
    *("name", "name_folded", "name_decoding", "sex", "number", "number_kind", "facility_code"),
    *BIRTH,
    *PLACE,
)
OWNED = part(
    RESIDENT,
    *("resident_id", "id_number", "full_name", "name_folded", "sex", "household_id"),
    *BIRTH,
    *PLACE,
)
# Of each dose of a case, and what the tables of doses call it.
GIVEN = {
    "dose_ids": "dose_id",
    "dose_numbers": "dose_number",
    "injected_on": "injected_on",
    "facility_codes": "facility_code",
    "vaccines": "vaccine",
}


Table = TypeVar("Table")


class Known(NamedTuple, Generic[Table]):
    """Everything that lies by profile: tables as they are, and what was made for this stage."""

    dispositions: Table
    doses: Table
    profiles: Table
    links: Table
    verifications: Table
    persons: Table
    findings: Table
    copies: Table
    stated: Table
    found: Table


OfSegment = Known[pl.DataFrame]


def sides(known: Known[DataFrame]) -> list[Rows]:
    """Each of them with the columns that are needed of it."""
    return [Rows(*side) for side in zip(known, OF_PROFILE, strict=True)]


def _by_profile(schema: T.StructType, *names: str) -> Kind:
    wanted = part(schema, "profile_id", *names) if names else schema
    return Kind.of_table(",".join(wanted.names), wanted, key="profile_id")


OF_PROFILE = (
    _by_profile(
        DISPOSITION,
        *("dose_id", "resident_id", "disposition", "wrong_fields", "duplicate_of", "doubt"),
    ),
    _by_profile(DOSE, *GIVEN.values()),
    _by_profile(DECLARED),
    _by_profile(LINK, "match_probability", "evidence", "candidates"),
    _by_profile(VERIFICATION, "resident_id"),
    _by_profile(PERSON, "person_id"),
    _by_profile(FINDING, "dose_id", "rule"),
    _by_profile(COPY),
    _by_profile(STATED),
    _by_profile(FOUND),
)
# A profile or a dose that somebody has to look at, on its way to its resident.
CASE = T.StructType(
    [
        *table(
            "is_dose",
            is_dose=BOOL,
            dose_id=STRING,  # the dose that a case of its own is about
            match_probability=DOUBLE,
            number_owner=STRING,  # whose the declared number is
            upheld=STRING,  # the resident of whom people said that the register is right
            found=T.ArrayType(FOUND),
        ),
        *part(
            CORRECTION,
            *("profile_id", "person_id", "resident_id", "disposition", "evidence", "doses"),
            *("wrong_fields", "stated", *GIVEN),
        ),
        *(field for field in DECLARED if field.name != "profile_id"),
    ]
)
CASES = Kind("case", Kind.of_table("", CASE, "resident_id").columns, "resident_id", "profile_id")
RESIDENTS = Kind.of_table("resident", OWNED, key="resident_id")
# A resident whom some dose row confirms in every field; a hamlet as it was received.
CONFIRMED = Kind("confirmed", pl.Schema({"resident_id": pl.String()}), key="resident_id")
HAMLETS = Kind.of_table("hamlet", table("", resident_id=STRING, hamlet=STRING), key="resident_id")


def aligned(made: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """The columns of `kind`, null where nothing was said."""
    missing = {name: pl.lit(None) for name in kind.columns if name not in made.columns}
    return kind.of(made.with_columns(**missing))
