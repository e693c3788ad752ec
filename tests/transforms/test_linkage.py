"""The decision is the outcome of least expected cost, whatever the costs."""

from itertools import product

import pytest
from pyspark.sql import functions as F

from transforms.linkage import Threshold, decision

GRID = [0.0, 0.01, 0.05, 0.2, 0.5, 0.9, 0.92, 0.99, 1.0]
COSTS = [
    Threshold(),
    Threshold(wrong_link=1000.0, review=10.0, missed=20.0),
    Threshold(wrong_link=10.0, review=3.0, missed=3.0),
]


def cheapest(best: float, every: float, margin: float, costs: Threshold) -> str:
    linking = (1 - best) * costs.wrong_link
    leaving = every * costs.missed
    if linking <= costs.review and margin >= costs.margin:
        return "linked"
    return "review" if leaving >= costs.review else "unlinked"


@pytest.mark.parametrize("costs", COSTS, ids=["default", "careful", "lenient"])
def test_the_cheapest_outcome(spark, costs):
    cases = [(p, q, m) for p, q, m in product(GRID, GRID, [0.0, 3.0, 99.0]) if q >= p]
    frame = spark.createDataFrame(
        cases, "match_probability double, any_probability double, margin double"
    )
    found = frame.select("*", decision(costs).alias("decision")).collect()
    assert {tuple(row[:3]): row.decision for row in found} == {
        case: cheapest(*case, costs) for case in cases
    }


def test_no_candidate_is_left_alone(spark):
    nothing = spark.range(1).select(
        *(F.lit(None).cast("double").alias(name) for name in ("match_probability",
          "any_probability", "margin"))
    )  # fmt: skip
    assert nothing.select(decision(Threshold())).collect()[0][0] == "unlinked"


def test_the_link_threshold_follows_from_the_costs():
    assert Threshold(wrong_link=100, review=8).link == pytest.approx(0.92)
