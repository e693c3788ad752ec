"""Which of the two registers a correction asks to change."""

import polars as pl

from transforms.citizen_numbers import is_citizens, is_of_sex, is_of_year

# As `by_resident` names what the register says, beside what was declared.
REGISTERED = "_registered"


def with_side(cases: pl.DataFrame, confirmed: pl.DataFrame, witnesses: int) -> pl.DataFrame:
    """`side` is `population` where profiles of several facilities contradict the register alike,
    or where its own number does.

    All cases of a resident are here. A resident whom some other dose row confirms in every field is
    not doubted for what facilities say, and a case of which people said that the register is right
    is the platform's.
    """
    numbered = cases.with_row_index("at")
    told = numbered.with_columns(claim=claims()).select(
        "at", "resident_id", "facility_code", "claim"
    )
    each = told.explode("claim").drop_nulls(["resident_id", "claim"])
    heard = (
        each.drop_nulls("facility_code")
        .group_by("resident_id", "claim")
        .agg(facilities=pl.n_unique("facility_code"))
    )
    doubts = heard.filter(pl.col("facilities") >= witnesses)
    doubted = (
        each.join(doubts, on=["resident_id", "claim"], how="semi")
        .join(confirmed, on="resident_id", how="anti")["at"]
        .unique()
    )
    upheld = pl.col("upheld").eq_missing(pl.col("resident_id"))
    population = (pl.col("at").is_in(doubted.implode()) | number_knows_better()) & ~upheld
    side = pl.when(population).then(pl.lit("population")).otherwise(pl.lit("platform"))
    return numbered.with_columns(side=side).drop("at")


def claims() -> pl.Expr:
    """What a profile says against the register, as `field=value`, where it can be believed.

    Left out: lost tones and damaged text, dates without a day, and numbers that are old, belong to
    somebody else or are of another sex or birth year than the profile itself (a row dragged down);
    two facilities agree on those without the register being wrong.
    """
    name, folded = pl.col("name"), pl.col("name_folded")
    only_tones_lost = (name == folded) & (folded == pl.col("name_folded" + REGISTERED))
    legible = pl.col("name_decoding").is_null() & ~only_tones_lost
    unowned = (pl.col("number_kind") == "cccd") & pl.col("number_owner").is_null()
    values = {
        "id_number": pl.when(unowned & fits_its_profile()).then("number"),
        "full_name": pl.when(legible).then("name"),
        "date_of_birth": pl.when(birth_precision="day").then(pl.col("birth_date").cast(pl.String)),
        "sex": pl.col("sex"),
    }
    told = [
        pl.when(pl.col("wrong_fields").list.contains(field)).then(pl.lit(f"{field}=") + value)
        for field, value in values.items()
    ]
    return pl.concat_arr(told).arr.to_list()


def fits_its_profile() -> pl.Expr:
    """Whether a citizen number's century, sex and year are the profile's; unknown ones fit."""
    year, number = pl.col("birth_year"), pl.col("number")
    stated = year.is_not_null() & pl.col("sex").is_not_null()
    return (year.is_null() | is_of_year(number, year)) & (
        ~stated | is_of_sex(number, year, pl.col("sex"))
    )


def number_knows_better() -> pl.Expr:
    """Whether all that is wrong is the sex, and the resident's own number is of the declared one:
    who issued it knew better than whoever typed the register.
    """
    year, number = pl.col("birth_year" + REGISTERED), pl.col("id_number")
    wrong, is_stated = pl.col("wrong_fields").list, pl.col("sex").is_not_null()
    only_sex = is_stated & wrong.contains("sex") & (wrong.len() == 1)
    told = is_citizens(number) & is_of_year(number, year) & is_of_sex(number, year, pl.col("sex"))
    return (only_sex & told).fill_null(value=False)
