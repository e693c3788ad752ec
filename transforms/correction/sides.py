"""Which of the two registers a correction asks to change."""

import polars as pl

# As `by_resident` names what the register says, beside what was declared.
REGISTERED = "_registered"


def with_side(cases: pl.DataFrame, confirmed: pl.DataFrame, witnesses: int) -> pl.DataFrame:
    """`side` is `population` where profiles of several facilities contradict the register alike.

    All cases of a resident are here. A resident whom some other dose row confirms in every field is
    not doubted.
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
    population = pl.col("at").is_in(doubted.implode())
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
    """Whether a citizen number's century, sex and year are the profile's; unknown ones fit.

    The fourth digit is twice the centuries since 1900, one more for women; the year's last two
    digits follow (circular 07/2016/TT-BCA, article 7).
    """
    year, number = pl.col("birth_year"), pl.col("number")
    is_woman = pl.when(sex="F").then(1).otherwise(0)
    sex_and_century = (year - 1900) // 100 * 2 + is_woman
    sex = number.str.slice(3, 1) == sex_and_century.cast(pl.String)
    born = number.str.slice(4, 2) == (year % 100).cast(pl.String).str.zfill(2)
    stated = year.is_not_null() & pl.col("sex").is_not_null()
    return (year.is_null() | born) & (~stated | sex)
