"""Verification: whose number it is, and the official verdict on the declared data.

Kernels of claims and owners that were brought together by number.
"""

from typing import Literal

import polars as pl
from pydantic import BaseModel
from pyspark.sql import DataFrame

from transforms.codes import PRECISION, SEX
from transforms.exchange import Kind, applied_to_segments, brought_together, together
from transforms.expressions import changed, first_that_holds, present, same
from transforms.kernels import applied_to_tasks, chosen
from transforms.packing import CELLS
from transforms.schemas import VERIFICATION

NUMBERS = ("id_number", "old_id_number")
_STATED: dict[str, pl.DataType] = {
    "birth_date": pl.Date(),
    "birth_year": pl.Int32(),
    "birth_precision": PRECISION,
    "sex": SEX,
}
_NAMED = {"name": pl.String(), **_STATED}


class VerificationRules(BaseModel, frozen=True, extra="forbid"):
    """How strict the official comparison is; whether it ignored marks was never published."""

    name: Literal["toned", "folded"] = "toned"
    require_sex: bool = True
    accept_old_number: bool = True

    @property
    def spelling(self) -> str:
        """The column that is compared."""
        return "name" if self.name == "toned" else "name_folded"

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns by which a resident is found."""
        return NUMBERS if self.accept_old_number else NUMBERS[:1]

    @property
    def of_profiles(self) -> tuple[str, ...]:
        """The columns of `profiles` that are read."""
        return ("profile_id", "number", "number_kind", self.spelling, *_STATED)

    @property
    def of_residents(self) -> tuple[str, ...]:
        """The columns of `residents` that are read."""
        return ("resident_id", "household_id", *self.numbers, self.spelling, *_STATED)


# A profile by the number that it claims; one without goes anywhere.
CLAIM = Kind(
    "claim",
    pl.Schema(
        {
            "number": pl.String(),
            "profile_id": pl.Int64(),
            "number_kind": pl.String(),
            **_NAMED,
        }
    ),
    key="number",
    otherwise="profile_id",
)
# A resident by each of their numbers; an old number may have two owners.
OWNER = Kind(
    "owner",
    pl.Schema(
        {
            "number": pl.String(),
            "resident_id": pl.String(),
            "household_id": pl.String(),
            "is_old": pl.Boolean(),
            **{f"owner_{name}": kind for name, kind in _NAMED.items()},
        }
    ),
    key="number",
)
# What was found, on its way to where the profile lies.
FOUND = Kind.of_table("found", VERIFICATION, key="profile_id")


def verifications(
    profiles: DataFrame, residents: DataFrame, rules: VerificationRules, segments: int
) -> DataFrame:
    """One row per profile: its verdict and, where the number is known, its owner.

    They lie as the profiles do, so that whoever reads both need not move either.
    """
    spelling, numbers = {rules.spelling: "name"}, rules.numbers

    def claimed(task: pl.DataFrame) -> pl.DataFrame:
        return CLAIM.sent(task.rename(spelling), segments)

    def owned(task: pl.DataFrame) -> pl.DataFrame:
        return OWNER.sent(owners(task.rename(spelling), numbers), segments)

    def judged(cells: pl.DataFrame) -> pl.DataFrame:
        found = verdicts(CLAIM.arrived(cells), OWNER.arrived(cells), require_sex=require_sex)
        return FOUND.sent(found, segments)

    require_sex = rules.require_sex
    claims, held = chosen(profiles, *rules.of_profiles), chosen(residents, *rules.of_residents)
    cells = together(applied_to_tasks(claims, claimed, CELLS), applied_to_tasks(held, owned, CELLS))
    found = brought_together(cells, segments, judged)
    return applied_to_segments(found, segments, FOUND.arrived, VERIFICATION)


def owners(residents: pl.DataFrame, numbers: tuple[str, ...]) -> pl.DataFrame:
    """(number, resident) for every number the register knows, and whether it is an old one."""
    named = residents.rename({name: f"owner_{name}" for name in _NAMED})
    by_number = [
        named.with_columns(number=pl.col(number), is_old=pl.lit(number != NUMBERS[0]))
        for number in numbers
    ]
    return pl.concat(by_number).filter(pl.col("number").str.len_chars().is_in((9, 12)))


def verdicts(claims: pl.DataFrame, owners: pl.DataFrame, *, require_sex: bool) -> pl.DataFrame:
    """Each claim beside the owner of its number. Of several the one is meant who agrees on more,
    then the one whose present number it is; the next who is as good as that is told beside him.
    """
    found = pl.col("resident_id").is_not_null()
    beside = claims.join(owners, on="number", how="left")
    wrong = beside.with_columns(wrong_fields=pl.when(found).then(wrong_fields(require_sex)))
    order = ["profile_id", "disagreements", "is_old", "resident_id"]
    counted = wrong.with_columns(disagreements=pl.col("wrong_fields").list.len())
    best_first = counted.sort(order, nulls_last=True)
    as_good = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in order[:-1])
    tied = pl.when(as_good).then(pl.col("resident_id").shift(-1))
    chosen = best_first.with_columns(tied_resident_id=tied).unique("profile_id", keep="first")
    return chosen.with_columns(verdict=verdict())


def wrong_fields(require_sex: bool) -> pl.Expr:  # noqa: FBT001 - the name says it
    """Basic fields on which profile and owner disagree, in the order of the official list."""
    sex, owner_sex = pl.col("sex"), pl.col("owner_sex")
    sex_agrees = same(sex, owner_sex)
    if not require_sex:
        sex_agrees = sex_agrees | sex.is_null() | owner_sex.is_null()
    return present(
        changed("full_name", ~same(pl.col("name"), pl.col("owner_name"))),
        changed("date_of_birth", ~birth_agrees()),
        changed("sex", ~sex_agrees),
    )


def birth_agrees() -> pl.Expr:
    """The same day; or the same year where both sides know no more than the year."""
    precisions = (pl.col(name) == "year" for name in ("birth_precision", "owner_birth_precision"))
    years_only = pl.all_horizontal(precisions).fill_null(value=False)
    same_year = years_only & same(pl.col("birth_year"), pl.col("owner_birth_year"))
    return same(pl.col("birth_date"), pl.col("owner_birth_date")) | same_year


def verdict() -> pl.Expr:
    """verified, wrong, number_unknown, no_number, malformed_number or foreign."""
    kind, found = pl.col("number_kind"), pl.col("resident_id").is_not_null()
    cases = {
        "verified": found & (pl.col("wrong_fields").list.len() == 0),
        "wrong": found,
        "number_unknown": pl.col("number").is_not_null(),
        "no_number": kind.is_in(("missing", "filler")),
        "foreign": kind == "passport",
    }
    return first_that_holds(cases, otherwise="malformed_number")
