"""Interval estimates of shares as columns, where Spark counts; `transforms.estimates` has them of
numbers.
"""

from typing import NamedTuple

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.estimates import Z


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
