"""What people said decides; who contradicts decides nothing; nothing flips by itself."""

from datetime import datetime

import pytest
from pyspark.sql import functions as F

from tests.fake_rows import fake_rows
from transforms.columns import dose_correction_id
from transforms.decisions import (
    judgements,
    real_doses,
    stated,
    with_judgements,
    without_rejected,
)
from transforms.schemas import DECISION, DOSE, LINK, RESIDENT, SCORED_PAIR

PLATFORM = {
    "sheet": "platform",
    "list_id": "L",
    "answer": "right",
    "received_at": datetime(2022, 5, 9),
}


def said(profile_id, resident_id, **other):
    about = {"profile_id": profile_id, "resident_id": resident_id}
    key = {"correction_id": f"{profile_id}{resident_id}", "decision_id": str(other)}
    return PLATFORM | about | key | other


def test_the_last_answer_of_a_place_counts_and_contradicting_places_judge_nothing(spark):
    rows = [
        said(1, "A"),
        said(2, "A"),
        said(2, "A", answer="wrong", received_at=datetime(2022, 5, 10)),
        said(3, "A"),
        said(3, "A", answer="wrong", list_id="M"),
        said(4, "A", sheet="review"),
        said(4, "B", sheet="review"),
        said(5, "A", sheet="population", answer="wrong"),
        said(6, "A", answer="not_here"),
        said(7, "A", answer="check"),
        said(8, None, sheet="doses"),
        # Whoever has not found out yet contradicts nobody.
        said(9, "A", answer="check", list_id="38-394-15856"),
        said(9, "A", list_id="38-394-15859", received_at=datetime(2022, 5, 10)),
        # The second part of a list is the same place: its last answer counts.
        said(10, "A", list_id="38-394-15856-2"),
        said(10, "A", answer="wrong", list_id="38-394-15856", received_at=datetime(2022, 5, 10)),
    ]
    found = judgements(fake_rows(spark, DECISION, rows)).orderBy("profile_id").collect()
    assert [tuple(row) for row in found] == [
        (1, "A", "platform", "confirmed"),
        (2, "A", "platform", "rejected"),
        (5, "A", "population", "confirmed"),
        (6, "A", "platform", "rejected"),
        (9, "A", "platform", "confirmed"),
        (10, "A", "platform", "rejected"),
    ]


def test_what_people_wrote_is_told_by_profile(spark):
    rows = [
        said(1, "A", answer="wrong", corrected_value="Lê Thị Hoa; 1985"),
        said(2, "A", sheet="review", answer="wrong", corrected_value="1990"),
        said(2, "B", sheet="review", answer="wrong", corrected_value="Nam"),
        said(3, "A", answer="wrong", corrected_value="1985"),
        said(3, "A", answer="right", list_id="M"),
        said(4, None, sheet="doses", answer="wrong", corrected_value="1985"),
        said(5, "A", sheet="population"),
        said(6, "A", sheet="population", answer="wrong", corrected_value="1985"),
    ]
    told = stated(fake_rows(spark, DECISION, rows))
    assert {row["profile_id"]: (row["stated"], row["upheld"]) for row in told.collect()} == {
        1: ("Lê Thị Hoa; 1985", None),
        2: ("1990; Nam", None),
        5: (None, "A"),
        6: ("1985", None),
    }


def test_a_dose_that_is_no_copy_after_all_is_named(spark):
    doses = [("d1", 1), ("d2", 1), ("d3", 2), ("d4", 2)]
    keyed = spark.createDataFrame(doses, "dose_id string, profile_id long").select(
        "*", dose_correction_id(F.lit("duplicate"), F.col("dose_id")).alias("key")
    )
    keys = {row["dose_id"]: row["key"] for row in keyed.collect()}
    dose = {"sheet": "doses", "disposition": "duplicate", "answer": "wrong"}
    rows = [
        said(1, "A", correction_id=keys["d2"], **dose),
        said(2, "B", correction_id=keys["d3"], **dose | {"answer": "right"}),
        said(2, "B", correction_id=keys["d4"], **dose | {"disposition": "finding"}),
    ]
    known = fake_rows(spark, DOSE, [{"dose_id": d, "profile_id": p} for d, p in doses])
    found = real_doses(fake_rows(spark, DECISION, rows), known, "duplicate", "finding")
    assert [row["dose_id"] for row in found.collect()] == ["d2"]


def test_confirmed_holds_rejected_asks_and_the_others_stay(spark):
    judged = spark.createDataFrame(
        [
            (1, "B", "review", "confirmed"),
            (2, "A", "platform", "rejected"),
            (3, "Z", "review", "confirmed"),
            (5, "A", "platform", "rejected"),
            (6, "A", "review", "rejected"),
        ],
        "profile_id long, resident_id string, sheet string, judgement string",
    )
    pairs = [(2, "A", 0.9), (2, "B", 0.08), (4, "A", 0.5)]
    scored = fake_rows(spark, SCORED_PAIR, [
        {"profile_id": p, "resident_id": r, "match_probability": share} for p, r, share in pairs
    ])  # fmt: skip
    left = scored.transform(without_rejected, judged).orderBy("profile_id").collect()
    assert [(r["profile_id"], r["resident_id"], r["match_probability"]) for r in left] == [
        (2, "B", pytest.approx(0.8)), (4, "A", 0.5),
    ]  # fmt: skip

    links = fake_rows(spark, LINK, [
        {"profile_id": 1, "decision": "review", "best_resident_id": "A"},
        {"profile_id": 2, "decision": "linked", "resident_id": "B", "best_resident_id": "B"},
        {"profile_id": 3, "decision": "unlinked"},
        {"profile_id": 4, "decision": "linked", "resident_id": "A", "best_resident_id": "A"},
        {"profile_id": 5, "decision": "unlinked"},
        {"profile_id": 6, "decision": "unlinked"},
    ])  # fmt: skip
    residents = fake_rows(spark, RESIDENT, [{"resident_id": "A"}, {"resident_id": "B"}])
    found = links.transform(with_judgements, judged, residents).orderBy("profile_id").collect()
    assert [(r["profile_id"], r["decision"], r["resident_id"], r["evidence"]) for r in found] == [
        (1, "linked", "B", ["decision=confirmed"]),
        (2, "review", None, ["decision=rejected"]),
        (3, "unlinked", None, None),
        (4, "linked", "A", None),
        (5, "review", None, ["decision=rejected"]),
        (6, "unlinked", None, ["decision=rejected"]),
    ]
