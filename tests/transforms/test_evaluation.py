"""Counts and shares against figures worked out by hand."""

import pytest
from pyspark.sql import SparkSession

from transforms import evaluation
from transforms.evaluation import wilson
from transforms.schemas import DISPOSITION, PROFILE, TRUTH

TRUTHS = [
    # dose, resident, duplicate_of, class, trap
    ("1", "R1", None, "verified", None),
    ("2", "R1", "1", "verified", "dup_dose"),
    ("3", "R2", None, "wrong", "twin"),
    ("4", "R3", None, "noid_unresolvable", None),
    ("5", None, None, "not_in_register", "lookalike"),
    ("6", None, None, "foreign", None),
    ("7", "R4", None, "wrong", None),
    ("8", "R5", None, "wrong", None),
]
DISPOSITIONS = [
    # dose, profile, resident, disposition, wrong_fields, duplicate_of, province, run
    ("1", 1, "R1", "duplicate", None, "2", "01", "r"),
    ("2", 1, "R1", "verified", None, None, "01", "r"),
    ("3", 2, "R9", "wrong", ["full_name"], None, "01", "r"),
    ("4", 3, "R3", "recovered", None, None, "01", "r"),
    ("5", 4, "R2", "recovered", None, None, "79", "r"),
    ("6", 5, None, "foreign", None, None, None, "r"),
    ("7", 6, "R4", "review", None, None, "79", "r"),
]
PROFILES = [
    {"profile_id": 1, "doses": 2, "sex": "F", "birth_year": 1950, "surname_folded": "NGUYEN",
     "number_kind": "cccd", "birth_precision": "day", "province_code": "01"},
    {"profile_id": 2, "doses": 1, "sex": "M", "birth_year": 2015, "surname_folded": "GIANG",
     "number_kind": "missing", "birth_precision": "year", "province_code": "01"},
    *({"profile_id": n, "doses": 1, "number_kind": "malformed"} for n in range(3, 7)),
]  # fmt: skip


@pytest.fixture
def counts(spark: SparkSession) -> dict[tuple[str, str], dict[str, int]]:
    judged = evaluation.judged_rows(
        spark.createDataFrame(DISPOSITIONS, DISPOSITION),
        spark.createDataFrame(TRUTHS, TRUTH),
        spark.createDataFrame(PROFILES, PROFILE),
    )
    return {
        (row.group, row["value"]): {name: row[name] for name in evaluation.COUNTS}
        for row in evaluation.counted(judged).collect()
    }


def counted(*numbers: int) -> dict[str, int]:
    return dict(zip(evaluation.COUNTS, numbers, strict=True))


def test_rows_are_counted_for_all_and_for_every_group(
    counts: dict[tuple[str, str], dict[str, int]],
) -> None:
    # rows, in register, linked, outside linked, right, resolvable, … linked, … right
    assert counts["all", "all"] == counted(8, 6, 5, 1, 3, 5, 3, 2)
    assert counts["truth_class", "wrong"] == counted(3, 3, 1, 0, 0, 3, 1, 0)
    assert counts["trap", "dup_dose"] == counted(1, 1, 1, 0, 1, 1, 1, 1)
    assert counts["disposition", "recovered"] == counted(2, 1, 2, 1, 1, 0, 0, 0)
    assert counts["disposition", "(none)"] == counted(1, 1, 0, 0, 0, 1, 0, 0)
    assert counts["name_group", "minority"] == counted(1, 1, 1, 0, 0, 1, 1, 0)
    assert counts["age_band", "65+"] == counts["sex", "F"] == counted(2, 2, 2, 0, 2, 2, 2, 2)
    assert counts["age_band", "0-11"] == counts["sex", "M"]
    assert counts["usable_number", "without"] == counted(6, 4, 3, 1, 1, 3, 1, 0)
    assert counts["confusion", "not_in_register|recovered"]["rows"] == 1


def test_a_stated_resolvable_goes_before_the_class(spark: SparkSession) -> None:
    rows = [("1", "R1", "wrong", "false"), ("2", "R2", "x_unresolvable", "true"),
            ("3", None, "wrong", "true"), ("4", "R4", "wrong", None)]  # fmt: skip
    truth = spark.createDataFrame(rows, "dose_id string, resident_id string, truth_class string, "
                                        "resolvable string")  # fmt: skip
    told = {r.dose_id: r.resolvable for r in evaluation.truth_rows(truth).collect()}
    assert told == {"1": False, "2": True, "3": False, "4": True}


def test_a_double_entry_is_right_whichever_row_was_called_the_copy(spark: SparkSession) -> None:
    truth = spark.createDataFrame(
        [("a", None), ("b", "a"), ("c", "a"), ("d", None), ("e", "d")],
        "dose_id string, duplicate_of string",
    )
    called = spark.createDataFrame(
        [("a", 1, "R", "duplicate", None, "c", None, "r"),
         ("b", 1, "R", "duplicate", None, "d", None, "r"),
         ("d", 1, "R", "verified", None, None, None, "r")],
        DISPOSITION,
    )  # fmt: skip
    (row,) = evaluation.double_entries(called, truth).collect()
    assert row.asDict() == {"actual": 3, "called": 2, "right": 1}


def test_wilson_interval_as_published() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263, and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) is None
