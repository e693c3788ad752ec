"""Estimates of shares from counts at hand; `transforms.intervals` has them as columns of Spark."""

from math import sqrt
from typing import NamedTuple

Z = 1.959964  # 95 %


class Estimate(NamedTuple):
    """A value and its 95 % interval, as far as either is known."""

    value: float | None
    low: float | None = None
    high: float | None = None


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
