"""Promises between tables: each has a name, and may be broken a number of times."""

from collections.abc import Mapping

import polars as pl

from transforms.schemas import LONG, STRING, table

VIOLATION = table("invariant", invariant=STRING, violations=LONG)
VIOLATIONS = pl.Schema({"invariant": pl.String(), "violations": pl.Int64()})


def violated(broken: Mapping[str, int]) -> pl.DataFrame:
    """The promises that are broken, by how often; no row is good."""
    rows = [(name, times) for name, times in broken.items() if times]
    return pl.DataFrame(rows, VIOLATIONS, orient="row")
