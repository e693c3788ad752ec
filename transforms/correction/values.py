"""What a correction says: of what class and how certain it is, the values now and proposed."""

from hashlib import sha256
from typing import Self

import polars as pl
from pydantic import BaseModel, Field, model_validator

from transforms.correction.rows import FIELDS
from transforms.correction.sides import REGISTERED

NO_NUMBER = ("missing", "filler")
WELL_FORMED = ("cccd", "cmnd")
SEXES = {"M": "Nam", "F": "Nữ"}
DIGITS = 16  # of a key, in hex
VIETNAMESE_DAY = "%d/%m/%Y"


class Correction(BaseModel, frozen=True, extra="forbid"):
    """Where evidence changes its grade, and how many witnesses put the register in doubt.

    A needs `grade_a` and a number that is the resident's own, typed right or slightly wrong;
    B needs `grade_b`, C needs `grade_c`; everything else, and every review, is D. The match
    probability is a posterior over all candidates, so a close runner-up lowers the grade by itself.
    """

    grade_a: float = Field(default=0.9999, ge=0, le=1)
    grade_b: float = Field(default=0.999, ge=0, le=1)
    grade_c: float = Field(default=0.99, ge=0, le=1)
    own_number: tuple[str, ...] = ("equal", "slip", "near")
    witnesses: int = Field(default=2, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.grade_a >= self.grade_b >= self.grade_c:
            raise ValueError(
                f"grade_a {self.grade_a}, grade_b {self.grade_b} and grade_c {self.grade_c}: no "
                "grade asks for less than the one below it"
            )
        return self


def case_class() -> pl.Expr:
    """The class of dispatch 2262/BYT-CNTT: a no number, b malformed number, c wrong basic data."""
    kind = pl.col("number_kind").fill_null("missing")
    none, malformed = kind.is_in(NO_NUMBER), ~kind.is_in(WELL_FORMED)
    return pl.when(none).then(pl.lit("a")).when(malformed).then(pl.lit("b")).otherwise(pl.lit("c"))


def evidence_grade(rules: Correction) -> pl.Expr:
    """A, B, C or D, as `Correction` tells; review is always D."""
    certainty = pl.col("match_probability").fill_null(0.0)
    known = pl.col("disposition") != "review"
    own_number = pl.any_horizontal(
        pl.col("evidence").list.contains(f"number={level}") for level in rules.own_number
    )
    return (
        pl.when(known & own_number & (certainty >= rules.grade_a))
        .then(pl.lit("A"))
        .when(known & (certainty >= rules.grade_b))
        .then(pl.lit("B"))
        .when(known & (certainty >= rules.grade_c))
        .then(pl.lit("C"))
        .otherwise(pl.lit("D"))
    )


def wrong_fields() -> pl.Expr:
    """What is wrong; of a profile without a number the number is, whatever else."""
    declared = pl.col("wrong_fields")
    lacks_it = (pl.col("disposition") == "recovered") & ~declared.list.contains("id_number")
    return pl.when(lacks_it).then(pl.concat_list(declared, pl.lit("id_number"))).otherwise(declared)


def current() -> dict[str, pl.Expr]:
    """What the vaccination platform holds, as it was typed."""
    return {f"current_{field}": pl.col(f"raw_{field}") for field in FIELDS}


def proposed() -> dict[str, pl.Expr]:
    """What the population register holds, if the field is wrong and the person is known."""
    registered = {
        "id_number": pl.col("id_number"),
        "full_name": pl.col("full_name"),
        "date_of_birth": written_birth(REGISTERED),
        "sex": written_sex("sex" + REGISTERED),
    }
    known = pl.col("disposition") != "review"
    return {
        f"proposed_{field}": pl.when(known & pl.col("wrong_fields").list.contains(field)).then(
            registered[field]
        )
        for field in FIELDS
    }


def written_sex(column: str) -> pl.Expr:
    """As a list names it."""
    return pl.col(column).replace_strict(SEXES, default=None, return_dtype=pl.String)


def written_birth(suffix: str) -> pl.Expr:
    """A birth date as Vietnam writes it, no more precise than it is known: dd/mm/yyyy or yyyy."""
    precision, date, month_, year_ = (
        pl.col(f"birth_{part}{suffix}") for part in ("precision", "date", "month", "year")
    )
    year = year_.cast(pl.String).str.zfill(4)
    month = month_.cast(pl.String).str.zfill(2) + "/" + year
    of_month = pl.when(precision == "month").then(month)
    return pl.coalesce(date.dt.strftime(VIETNAMESE_DAY), of_month, year)


def correction_ids(profiles: pl.Series, residents: pl.Series) -> pl.Series:
    """Keys that stay the same as long as profile and resident do."""
    keys = pl.select(
        pl.concat_str(profiles.cast(pl.String), residents.fill_null(""), separator="|")
    )
    return hashed(keys.to_series())


def dose_correction_ids(dispositions: pl.Series, doses: pl.Series) -> pl.Series:
    """Keys of doses to check that stay the same as long as disposition and dose do."""
    keys = pl.select(pl.concat_str(pl.lit("dose"), dispositions, doses, separator="|"))
    return hashed(keys.to_series())


def hashed(keys: pl.Series) -> pl.Series:
    """The first hex digits of each key's SHA-256."""
    told = [sha256(key.encode()).hexdigest()[:DIGITS] for key in keys]
    return pl.Series(told, dtype=pl.String)
