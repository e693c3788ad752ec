"""What people said decides; who contradicts decides nothing; nothing flips by itself."""

from datetime import datetime

import pytest

from tests.fake_rows import fake_rows
from transforms.decisions import judgements, with_judgements, without_rejected
from transforms.schemas import DECISION, LINK, RESIDENT, SCORED_PAIR

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
    ]
    found = judgements(fake_rows(spark, DECISION, rows)).orderBy("profile_id").collect()
    assert [tuple(row) for row in found] == [
        (1, "A", "confirmed"),
        (2, "A", "rejected"),
        (5, "A", "confirmed"),
        (6, "A", "rejected"),
    ]


def test_confirmed_holds_rejected_asks_and_the_others_stay(spark):
    judged = spark.createDataFrame(
        [(1, "B", "confirmed"), (2, "A", "rejected"), (3, "Z", "confirmed")],
        "profile_id long, resident_id string, judgement string",
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
    ])  # fmt: skip
    residents = fake_rows(spark, RESIDENT, [{"resident_id": "A"}, {"resident_id": "B"}])
    found = links.transform(with_judgements, judged, residents).orderBy("profile_id").collect()
    assert [(r["profile_id"], r["decision"], r["resident_id"], r["evidence"]) for r in found] == [
        (1, "linked", "B", ["decision=confirmed"]),
        (2, "review", None, ["decision=rejected"]),
        (3, "unlinked", None, None),
        (4, "linked", "A", None),
    ]
