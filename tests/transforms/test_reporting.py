from pyspark.sql import SparkSession

from tests.fake_rows import fake_rows
from transforms import reporting, schemas
from transforms.reporting import Reporting


def test_a_rule_costs_what_it_planned_and_shows_what_its_cap_left_out(spark: SparkSession) -> None:
    blocks = fake_rows(
        spark,
        schemas.BLOCK,
        [
            {"rule": "name", "key": 1, "resident_id": "a", "pairs": 2, "capped": False},
            {"rule": "name", "key": 1, "resident_id": "b", "pairs": 2, "capped": False},
            {"rule": "name", "key": 2, "resident_id": "a", "pairs": 90, "capped": True},
            {"rule": "phone", "key": 3, "resident_id": "a", "pairs": 1, "capped": False},
        ],
    )
    assert [tuple(row) for row in reporting.blocking_cost(blocks).collect()] == [
        ("name", 2, 4, 1, 90),
        ("phone", 1, 1, 0, 0),
    ]


def test_weights_are_counted_by_what_became_of_the_pair(spark: SparkSession) -> None:
    pairs = [("a", 13.0), ("b", -7.9), ("c", 500.0)]
    scored = fake_rows(
        spark,
        schemas.SCORED_PAIR,
        [{"profile_id": 1, "resident_id": r, "match_weight": w} for r, w in pairs],
    )
    links = fake_rows(
        spark,
        schemas.LINK,
        [{"profile_id": 1, "best_resident_id": "a", "decision": "linked"}],
    )
    rules = Reporting(histogram_bits=2.0, histogram_edge=60.0)
    assert [tuple(row) for row in reporting.weight_histogram(scored, links, rules).collect()] == [
        (-8.0, "other candidate", 1),
        (12.0, "linked", 1),
        (60.0, "other candidate", 1),
    ]


def test_error_kinds_count_dose_rows_whatever_the_order_of_fields(spark: SparkSession) -> None:
    rows = [["sex", "full_name"], ["full_name", "sex"], ["sex"]]
    dispositions = fake_rows(
        spark,
        schemas.DISPOSITION,
        [
            {"dose_id": str(i), "disposition": "wrong", "wrong_fields": f}
            for i, f in enumerate(rows)
        ],
    )
    assert [tuple(r) for r in reporting.error_kinds(dispositions, Reporting()).collect()] == [
        ("full_name + sex", 2),
        ("sex", 1),
    ]
