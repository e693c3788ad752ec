"""Where a row of the lists goes: the finest place that is known of it."""

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
    there = known["code"].implode()
    found = pl.coalesce(pl.when(code.is_in(there)).then(code) for code in codes())
    placed = cases.with_columns(code=found).drop(PLACE)
    return placed.join(known, on="code", how="left").drop("code")


def codes() -> tuple[pl.Expr, ...]:
    """By what a place is looked up, the best first."""
    declared, registered = pl.col("province_code"), pl.col("province_code" + REGISTERED)
    return (
        pl.col("commune_code" + REGISTERED),
        pl.col("commune_code"),
        pl.col("district_code"),
        pl.coalesce(declared, registered),
    )
