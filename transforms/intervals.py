"""Interval estimates as columns: shares, and populations counted twice."""

from typing import NamedTuple

from pyspark.sql import Column
from pyspark.sql import functions as F

Z = 1.959964  # 95 %


class Estimate(NamedTuple):
    """A value and its 95 % interval."""

    value: Column
    low: Column
    high: Column


def wilson(successes: Column, trials: Column) -> Estimate:
    """A share with the interval of Wilson (1927); null where there was no trial."""
    share, square = F.try_divide(successes, trials), Z * Z
    scale = 1 + F.try_divide(F.lit(square), trials)
    centre = share + F.try_divide(F.lit(square / 2), trials)
    variance = F.try_divide(share * (1 - share) + F.try_divide(F.lit(square / 4), trials), trials)
    spread = Z * F.sqrt(variance)
    low, high = (centre - spread) / scale, (centre + spread) / scale
    bounds = (
        F.when(successes == 0, 0.0).otherwise(F.greatest(low, F.lit(0.0))),
        F.when(successes == trials, 1.0).otherwise(F.least(high, F.lit(1.0))),
    )
    return Estimate(share, *(F.when(trials > 0, bound) for bound in bounds))


def chapman(first: Column, second: Column, both: Column) -> Estimate:
    """How many there are, of whom two independent lists hold `first`, `second` and `both`.

    Chapman (1951), unbiased where the lists together could hold all; variance after Seber (1970).
    """
    counts = [count.cast("double") for count in (first, second, both)]
    n1, n2, m = counts
    size = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) * (m + 1) * (m + 2))
    spread = Z * F.sqrt(variance)
    return Estimate(size, size - spread, size + spread)
