"""Figures of quality, and the intervals that say how far they can be trusted."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import polars as pl

Z = 1.959964  # 95 %


class Estimate(NamedTuple):
    """A value and its 95 % interval, as far as either is known."""

    value: float | None
    low: float | None = None
    high: float | None = None


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


def wilson(successes: int, trials: int) -> Estimate:
    """A share with the interval of Wilson (1927); unknown where there was no trial."""
    if trials <= 0:
        return Estimate(None)
    share, square = successes / trials, Z * Z
    centre, scale = share + square / 2 / trials, 1 + square / trials
    spread = Z * sqrt((share * (1 - share) + square / 4 / trials) / trials)
    low = 0.0 if successes == 0 else max((centre - spread) / scale, 0.0)
    high = 1.0 if successes == trials else min((centre + spread) / scale, 1.0)
    return Estimate(share, low, high)


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
