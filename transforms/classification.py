"""Classification: exactly one disposition for every dose row.

Everything that decides it lies by profile, and so do the doses: nothing of them is moved.
"""

from typing import Generic, NamedTuple, TypeVar

import polars as pl
from pyspark.sql import DataFrame

from transforms.exchange import Kind, Rows, applied_to_segments, lying, met, together
from transforms.expressions import either_missing, first_that_holds, present, same
from transforms.kernels import applied, chosen
from transforms.ledger import KNOWN
from transforms.packing import CELLS
from transforms.schemas import DATE, DISPOSITION, INT, LONG, STRING, STRINGS, TWO_PEOPLE, table

USABLE_NUMBERS = ("cccd", "cmnd")
_BASIC = {
    "name": STRING,
    "birth_date": DATE,
    "birth_year": INT,
    "birth_precision": STRING,
    "sex": STRING,
}
# What of either record is compared where a profile is linked.
DECLARED = table("profile_id", profile_id=LONG, number=STRING, **_BASIC)
OWNED = table("resident_id", resident_id=STRING, id_number=STRING, old_id_number=STRING, **_BASIC)
CLAIM = table("profile_id", resident_id=STRING, **{f.name: f.dataType for f in DECLARED})
WRONG = table("profile_id", profile_id=LONG, wrong_fields=STRINGS)
DOUBT = table("dose_id profile_id", dose_id=STRING, profile_id=LONG, doubt=STRING)


def _of_profile(name: str, **columns: pl.DataType) -> Kind:
    return Kind(name, pl.Schema({"profile_id": pl.Int64(), **columns}), key="profile_id")


TEXT = pl.String()
ROW = _of_profile("row", dose_id=TEXT, province_code=TEXT)
PERSON = _of_profile("person", resident_id=TEXT)
VERDICT = _of_profile("verdict", verdict=TEXT)
DECISION = _of_profile("decision", decision=TEXT)
LINK = _of_profile("link", decision=TEXT, resident_id=TEXT)
NUMBER = _of_profile("number", number_kind=TEXT)
COPIED = _of_profile("copied", dose_id=TEXT, duplicate_of=TEXT)


Table = TypeVar("Table")


class Known(NamedTuple, Generic[Table]):
    """What is known of profiles and of single dose rows; one row each, of the last three some."""

    persons: Table
    verifications: Table
    links: Table
    profiles: Table
    wrong_fields: Table  # of linked profiles
    copies: Table
    doubts: Table


OfSegment = Known[pl.DataFrame]


def dispositions(
    doses: DataFrame, known: Known[DataFrame], run_id: str, segments: int
) -> DataFrame:
    """One row per dose row: that of its profile, `duplicate` where another row is the dose, or
    `review` where the profile is known but the dose may be another person's.
    """

    def kernel(rows: pl.DataFrame, *of_segment: pl.DataFrame) -> pl.DataFrame:
        return decided(rows, OfSegment(*of_segment)).with_columns(run_id=pl.lit(run_id))

    sides = (
        Rows(doses, ROW),
        Rows(known.persons, PERSON),
        Rows(known.verifications, VERDICT),
        Rows(known.links, DECISION),
        Rows(known.profiles, NUMBER),
        Rows(known.wrong_fields, Kind.of_table("wrong", WRONG, "profile_id")),
        Rows(known.copies, COPIED),
        Rows(known.doubts, Kind.of_table("doubt", DOUBT, "profile_id")),
    )
    return met(sides, segments, kernel, DISPOSITION)


def decided(rows: pl.DataFrame, known: OfSegment) -> pl.DataFrame:
    """The dose rows, each with what became of it."""
    told = (
        rows.join(known.copies.drop("profile_id"), on="dose_id", how="left")
        .join(known.doubts.drop("profile_id"), on="dose_id", how="left")
        .join(outcomes(known), on="profile_id", how="inner")
    )
    is_copy = pl.col("duplicate_of").is_not_null()
    torn = pl.col("doubt").is_not_null() & pl.col("outcome").is_in(KNOWN)
    nothing = pl.lit([], pl.List(pl.String))
    own = pl.col("wrong_fields").fill_null(nothing)
    return told.with_columns(
        disposition=pl.when(is_copy)
        .then(pl.lit("duplicate"))
        .when(torn)
        .then(pl.lit("review"))
        .otherwise("outcome"),
        resident_id=pl.when(~torn).then("resident_id"),
        wrong_fields=pl.when(is_copy | torn).then(nothing).otherwise(own),
        doubt=pl.when(torn & ~is_copy).then("doubt"),
    )


def outcomes(known: OfSegment) -> pl.DataFrame:
    """One row per profile: what its dose rows come to (`outcome`), and the resident it is."""
    told = known.persons
    for part in (known.verifications, known.links, known.profiles, known.wrong_fields):
        told = told.join(part, on="profile_id", how="left")
    return told.select("profile_id", "resident_id", "wrong_fields", outcome=outcome())


def outcome() -> pl.Expr:
    """The disposition that follows from verdict, decision and kind of number."""
    linked = pl.col("decision") == "linked"
    usable = pl.col("number_kind").is_in(USABLE_NUMBERS).fill_null(value=False)
    cases = {
        "verified": (pl.col("verdict") == "verified")
        | (linked & usable & (pl.col("wrong_fields").list.len() == 0)),
        "recovered": linked & ~usable,
        "wrong": linked,
        "review": pl.col("decision") == "review",
        "foreign": pl.col("number_kind") == "passport",
    }
    return first_that_holds(cases, otherwise="unverifiable")


def doubted(findings: DataFrame) -> DataFrame:
    """`dose_id`, `profile_id`, `doubt`: the dose rows that may be another person's."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(rule=TWO_PEOPLE).rename({"rule": "doubt"})

    return applied(chosen(findings, "dose_id", "profile_id", "rule"), kernel, DOUBT)


def linked_wrong_fields(
    links: DataFrame, profiles: DataFrame, residents: DataFrame, segments: int
) -> DataFrame:
    """Where each linked profile differs from the register, in the order of the official list."""
    claimed = Kind.of_table("claim", CLAIM, "resident_id")
    owned = Kind.of_table("owned", OWNED, "resident_id")

    def claims(decisions: pl.DataFrame, declared: pl.DataFrame) -> pl.DataFrame:
        linked = decisions.filter(pl.col("decision") == "linked")
        return claimed.sent(linked.join(declared, on="profile_id", how="inner"), segments)

    def compared(cells: pl.DataFrame) -> pl.DataFrame:
        # resident_id is the key of residents.
        return (
            claimed.arrived(cells)
            .join(owned.arrived(cells), on="resident_id", how="inner", suffix=REGISTERED)
            .select("profile_id", wrong_fields=wrong_fields())
        )

    told = Rows(profiles, Kind.of_table("declared", DECLARED, "profile_id"))
    sent = met([Rows(links, LINK), told], segments, claims, CELLS)
    both = together(sent, Rows(residents, owned).cells(segments))
    return lying(
        applied_to_segments(both, segments, compared, WRONG), WRONG, "profile_id", segments
    )


REGISTERED = "_registered"


def wrong_fields() -> pl.Expr:
    """Basic fields on which a profile and its resident differ.

    An old number is the resident's own; a missing sex is no wrong one.
    """
    number = pl.col("number")
    own_number = same(number, pl.col("id_number")) | same(number, pl.col("old_id_number"))
    sexes = both("sex")
    wrong = {
        "id_number": ~own_number,
        "full_name": ~same(*both("name")),
        "date_of_birth": ~birth_agrees(),
        "sex": ~(same(*sexes) | either_missing(*sexes)),
    }
    return present(*(pl.when(is_wrong).then(pl.lit(name)) for name, is_wrong in wrong.items()))


def both(name: str) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(name), pl.col(name + REGISTERED)


def birth_agrees() -> pl.Expr:
    """The same day; or the same year where neither side knows more."""
    vague = [~same(precision, pl.lit("day")) for precision in both("birth_precision")]
    return same(*both("birth_date")) | (vague[0] & vague[1] & same(*both("birth_year")))
