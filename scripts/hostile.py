"""A made-up nation's registers with hostile shapes, each alike in both registers.

One name on 2 % of the people, 1 January on 8 % of the birth dates, half of all people in one
commune; in the dose rows also one phone on 5 % and empty texts in every fiftieth field. Whose row
is whose stays as the truth has it.
"""

import shutil
from pathlib import Path

import polars as pl

from scripts.registers import read

PHONE, NAME = "0900000001", "Nguyễn Văn An"
PLACES = ("province_code", "district_code", "commune_code")
EMPTIED = ("full_name", "date_of_birth", "sex", "id_number", "phone", "commune_code")
EMPTY_ONE_IN = 50


def make_hostile(registers: Path, target: Path) -> None:
    """The same registers with the hostile shapes, as one file each, and the truth as it is."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    residents, doses, truth = (read(registers, name) for name in ("residents", "doses", "truth"))
    home = residents.select(PLACES).row(0)
    people = residents.select("resident_id", **shapes())
    told = truth.select("dose_id", "resident_id").join(people, on="resident_id", how="left")
    made = {
        "residents": hostile_residents(residents, home),
        "doses": hostile_doses(doses, told.drop("resident_id"), home),
        "truth": truth,
    }
    for name, frame in made.items():
        frame.write_parquet(target / f"{name}.parquet")


def shapes() -> dict[str, pl.Expr]:
    """What each person of a register is struck by."""
    return {"named": one_in(50, 7), "new_year": one_in(12, 5), "moved": one_in(2, 0)}


def hostile_residents(rows: pl.DataFrame, home: tuple[str, ...]) -> pl.DataFrame:
    struck = rows.with_columns(**shapes())
    changed = struck.with_columns(*name_and_place(home), new_years_day("-", year_first=True))
    return changed[rows.columns]


def hostile_doses(rows: pl.DataFrame, told: pl.DataFrame, home: tuple[str, ...]) -> pl.DataFrame:
    """What strikes a person strikes all of their rows; people in no register are struck by row."""
    known = rows.join(told, on="dose_id", how="left", maintain_order="left")
    struck = known.with_columns(pl.coalesce(name, by_row) for name, by_row in shapes().items())
    phone = pl.when(one_in(20, 3)).then(pl.lit(PHONE)).otherwise("phone").alias("phone")
    changed = struck.with_columns(
        *name_and_place(home), phone, new_years_day("/", year_first=False)
    )
    return changed[rows.columns].with_columns(
        pl.when(one_in(EMPTY_ONE_IN, at)).then(pl.lit("")).otherwise(name).alias(name)
        for at, name in enumerate(EMPTIED)
    )


def one_in(share: int, offset: int) -> pl.Expr:
    """One row of `share`."""
    return pl.int_range(pl.len()) % share == offset


def name_and_place(home: tuple[str, ...]) -> list[pl.Expr]:
    """The one name, and the one commune for those who state any."""
    name = pl.when("named").then(pl.lit(NAME)).otherwise("full_name").alias("full_name")
    moved = pl.col("moved") & pl.col("commune_code").is_not_null()
    places = zip(PLACES, home, strict=True)
    return [
        name,
        *(pl.when(moved).then(pl.lit(code)).otherwise(of).alias(of) for of, code in places),
    ]


def new_years_day(separator: str, *, year_first: bool) -> pl.Expr:
    """1 January of the year that the row states; rows without a year keep what they have."""
    year = pl.col("date_of_birth").str.extract(r"(\d{4})")
    first = pl.lit(separator.join(("01", "01")))
    parts = (year, first) if year_first else (first, year)
    date = pl.coalesce(pl.concat_str(*parts, separator=separator), "date_of_birth")
    return pl.when("new_year").then(date).otherwise("date_of_birth").alias("date_of_birth")
