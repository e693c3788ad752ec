"""Where a row of the lists goes: the finest place that is known of it."""

from collections.abc import Mapping

import polars as pl

from transforms.correction.rows import PLACE
from transforms.correction.sides import REGISTERED


def places(units: pl.DataFrame) -> pl.DataFrame:
    """One row per `code` of any level, which its length tells: the place, finer levels null."""
    levels = [
        units.select(
            pl.col(level).alias("code"),
            *(
                pl.col(name) if name in PLACE[: at + 1] else pl.lit(None, pl.String).alias(name)
                for name in PLACE
            ),
        )
        for at, level in enumerate(PLACE)
    ]
    return pl.concat(levels).unique()


def with_place(cases: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The resident's commune, else the declared one, else as far as known; `known` are places."""
    found = [
        cases.select(code.alias("code")).join(known, on="code", how="left", maintain_order="left")
        for code in codes().values()
    ]
    named = [place.with_columns(there=pl.col(PLACE[0]).is_not_null()) for place in found]
    return cases.with_columns(
        pl.Series(name, first_of(named, name), dtype=pl.String) for name in PLACE
    )


def codes() -> Mapping[str, pl.Expr]:
    """By what a place is looked up, the best first."""
    declared, registered = pl.col("province_code"), pl.col("province_code" + REGISTERED)
    return {
        "resident_commune": pl.col("commune_code" + REGISTERED),
        "declared_commune": pl.col("commune_code"),
        "declared_district": pl.col("district_code"),
        "declared_province": pl.coalesce(declared, registered),
    }


def first_of(found: list[pl.DataFrame], name: str) -> pl.Series:
    """Of each row what the first place found for it says."""
    beside = pl.DataFrame(
        [
            column.alias(f"{what}{at}")
            for at, place in enumerate(found)
            for what, column in (("there", place["there"]), ("is", place[name]))
        ]
    )
    told = pl.lit(None, pl.String)
    for at in reversed(range(len(found))):
        told = pl.when(pl.col(f"there{at}")).then(pl.col(f"is{at}")).otherwise(told)
    return beside.select(told.alias(name)).to_series()
