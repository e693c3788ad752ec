import pytest
from pyspark.sql import functions as F

from transforms.intervals import wilson


def values(spark, estimate):
    return tuple(spark.range(1).select(*(part.cast("double") for part in estimate)).collect()[0])


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [
        # By hand: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) with z = 1.959964.
        (8, 10, (0.8, 0.4901625, 0.9433178)),
        (0, 10, (0.0, 0.0, 0.2775328)),
        (10, 10, (1.0, 0.7224672, 1.0)),
        (0, 0, (None, None, None)),
    ],
)
def test_a_share_has_wilsons_interval(spark, successes, trials, expected):
    found = values(spark, wilson(F.lit(successes), F.lit(trials)))

    assert found == (pytest.approx(expected, abs=1e-6) if trials else expected)
