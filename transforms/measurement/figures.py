"""Figures of quality, and the intervals that say how far they can be trusted."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import polars as pl

from transforms.estimates import Estimate, Z


class Figure(NamedTuple):
    """One line of `quality`."""

    measure: str
    dimension: str
    subgroup: str
    value: float | None
    low: float | None
    high: float | None
    n: int

    @classmethod
    def of(cls, of: tuple[str, str], measure: str, estimate: Estimate, n: int) -> "Figure":
        """The figure of a dimension and a subgroup."""
        return cls(measure, *of, *estimate, n)


def table(figures: Sequence[Figure]) -> pl.DataFrame:
    """All lines of `quality`."""
    return pl.DataFrame(figures, schema=Figure._fields, orient="row", infer_schema_length=None)


def chapman(first: int, second: int, both: int) -> Estimate:
    """How many there are, of whom two independent lists hold `first`, `second` and `both`.

    Chapman (1951), unbiased where the lists together could hold all; variance after Seber (1970).
    """
    size = (first + 1) * (second + 1) / (both + 1) - 1
    alone = (first - both) * (second - both)
    variance = (first + 1) * (second + 1) * alone / ((both + 1) ** 2 * (both + 2))
    spread = Z * sqrt(variance)
    return Estimate(size, size - spread, size + spread)


def ratio(part: float, whole: float) -> float | None:
    """None of nothing."""
    return part / whole if whole else None
