"""Intervals against figures by hand, and against those that queries make."""

import pytest
from pyspark.sql import functions as F

from transforms import intervals
from transforms.estimates import wilson
from transforms.measurement.figures import chapman

COUNTS = [(8, 10), (0, 10), (10, 10), (1, 1), (3, 20_000), (19_999, 20_000), (0, 0)]


@pytest.mark.parametrize(("successes", "trials"), COUNTS)
def test_a_share_has_the_interval_that_queries_give_it(spark, successes, trials):
    told = intervals.wilson(F.lit(successes), F.lit(trials))
    (row,) = spark.range(1).select(*(part.cast("double") for part in told)).collect()

    found = wilson(successes, trials)

    assert tuple(found) == (pytest.approx(tuple(row), abs=1e-12) if trials else tuple(row))


def test_two_lists_tell_how_many_there_are():
    # (31 · 41) / 21 − 1 = 59.5238; variance 31 · 41 · 10 · 20 / (21² · 22) = 26.2008, root 5.11867
    assert chapman(30, 40, 20) == pytest.approx((59.52381, 49.49140, 69.55622), abs=1e-4)
    assert chapman(7, 7, 7) == (7.0, 7.0, 7.0)
