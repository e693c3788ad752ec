from datetime import datetime

from pyspark.sql import SparkSession

from tests.fake_rows import fake_rows
from transforms import reporting, schemas
from transforms.reporting import Reporting


def test_a_rule_costs_what_it_planned_and_shows_what_its_cap_left_out(spark: SparkSession) -> None:
    blocks = fake_rows(
        spark,
        schemas.BLOCK,
        [
            {"rule": "name", "blocks": 1, "pairs": 2},
            {"rule": "name", "blocks": 2, "pairs": 2},
            {"rule": "name", "blocks": 1, "pairs": 90, "capped": True, "key": 2},
            {"rule": "phone", "blocks": 1, "pairs": 1},
        ],
    )
    assert [tuple(row) for row in reporting.blocking_cost(blocks).collect()] == [
        ("name", 4, 4, 1, 90),
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


def test_doses_never_entered_are_counted_facility_by_facility(spark: SparkSession) -> None:
    given = [("F1", 10), ("F1", 5), ("F2", 3), ("F3", 4)]
    administered = fake_rows(
        spark, schemas.ADMINISTERED, [{"facility_code": f, "doses": n} for f, n in given]
    )
    rows = [{"event_id": f"{f}{n}", "facility_code": f} for f, k in (("F1", 12), ("F2", 4))
            for n in range(k)]  # fmt: skip
    events = fake_rows(spark, schemas.DOSE_EVENT, rows)
    facilities = fake_rows(
        spark,
        schemas.FACILITY,
        [{"facility_code": f, "facility_province": "01"} for f in ("F1", "F2")],
    )
    found = reporting.unentered(administered, events, facilities).collect()
    assert [tuple(row) for row in found] == [("", 4, 0, 4, 0), ("01", 18, 16, 3, 1)]


def test_open_rows_are_counted_by_run_in_time(spark: SparkSession) -> None:
    counted = [("r2", "01", "wrong", 3), ("r2", "01", "verified", 9), ("r1", "01", "review", 5)]
    progress = fake_rows(
        spark,
        schemas.PROGRESS,
        [{"run_id": r, "province_code": p, "disposition": d, "rows": n} for r, p, d, n in counted],
    )
    days = {"r1": datetime(2022, 5, 4), "r2": datetime(2022, 5, 5)}
    runs = fake_rows(
        spark, schemas.RUN, [{"run_id": r, "started_at": day} for r, day in days.items()]
    )
    found = reporting.open_rows(progress, runs).collect()
    assert [tuple(row)[1:] for row in found] == [("r1", "01", 5, 5), ("r2", "01", 3, 12)]


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
