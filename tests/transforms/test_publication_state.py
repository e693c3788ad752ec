"""What moved between two publications: new, open, moved, reopened, solved."""

from pyspark.sql import functions as F

from tests.fake_rows import fake_rows
from transforms.publication_state import changes, listed_rows, rows_listed
from transforms.schemas import CANDIDATES, CORRECTION, LISTED_ROW


def listed(spark, **lists):
    rows = [
        {"correction_id": key, "list_id": at, "province_code": "01"} for key, at in lists.items()
    ]
    frame = fake_rows(spark, LISTED_ROW, rows)
    return frame.select(
        "correction_id", "resident_id", "list_id", "profile_id", "disposition", "province_code"
    )


def states(frame):
    return {row["correction_id"]: (row["list_id"], row["state"]) for row in frame.collect()}


def test_each_row_says_what_became_of_it_and_the_same_run_again_says_the_same(spark):
    nothing = fake_rows(spark, LISTED_ROW, [])
    first = listed_rows(listed(spark, kept="L", gone="L", off="L", back="L"), nothing, "r1")
    second = listed_rows(listed(spark, kept="L", off="M"), first, "r2")
    now = listed(spark, kept="L", off="M", back="L", fresh="L")
    third = listed_rows(now, second, "r3")

    assert states(second) == {
        "kept": ("L", "open"), "gone": ("L", "solved"), "off": ("M", "moved"),
        "back": ("L", "solved"),
    }  # fmt: skip
    told = {
        "kept": ("L", "open"), "gone": ("L", None), "off": ("M", "open"),
        "back": ("L", "reopened"), "fresh": ("L", "new"),
    }  # fmt: skip
    assert states(third) == told
    assert states(listed_rows(now, third, "r3")) == told
    assert [tuple(row) for row in changes(third).collect()] == [
        ("01", "new", 1), ("01", "open", 2), ("01", "reopened", 1),
    ]  # fmt: skip


def test_each_candidate_is_a_row_of_its_own(spark):
    names = CANDIDATES.elementType.fieldNames()
    several = [
        tuple({"correction_id": key, "resident_id": key.upper()}.get(n) for n in names)
        for key in ("x", "y")
    ]
    rows = [
        {"correction_id": "a", "profile_id": 1, "resident_id": "A"},
        {"correction_id": "b", "profile_id": 2, "candidates": several},
        {"correction_id": "c", "profile_id": 3, "candidates": []},
    ]
    found = fake_rows(spark, CORRECTION, rows).transform(rows_listed, F.lit("L"))
    assert sorted(tuple(row)[-2:] for row in found.collect()) == [
        ("a", "A"), ("c", None), ("x", "X"), ("y", "Y"),
    ]  # fmt: skip
