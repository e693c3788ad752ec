"""Expressions that are evaluated for the rows they are meant for, and no others."""

from collections.abc import Mapping

import polars as pl


def by_case(
    frame: pl.DataFrame, case: pl.Expr, cases: Mapping[str, pl.Expr], otherwise: pl.Expr
) -> pl.Series:
    """Row by row the expression that `case` names, `otherwise` where it names none.

    In one `when` every branch would be evaluated for every row, though an error hits few.
    """
    rows = frame.lazy().with_columns(case.alias("_case")).with_row_index("_row")
    named = pl.col("_case").is_in(list(cases)).fill_null(value=False)
    parts = [
        rows.filter(pl.col("_case") == name).select("_row", v.alias("_value"))
        for name, v in cases.items()
    ]
    parts.append(rows.filter(~named).select("_row", otherwise.alias("_value")))
    return pl.concat(pl.collect_all(parts)).sort("_row")["_value"]


def first_case(cases: dict[str, pl.Expr]) -> pl.Expr:
    """The name of the first condition that holds, null where none does."""
    found: pl.Expr = pl.lit(None, dtype=pl.String)
    for name, holds in reversed(cases.items()):
        found = pl.when(holds).then(pl.lit(name)).otherwise(found)
    return found
