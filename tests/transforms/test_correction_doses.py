"""Cases of doses, and the people that a review may be about."""

from datetime import date

import polars as pl
import pytest

from tests.fake_rows import fake_rows
from transforms.copies import copies
from transforms.correction.candidates import best_candidates, found
from transforms.correction.doses import doses
from transforms.correction.rows import OF_PROFILE, OfSegment
from transforms.schemas import DOSE_EVENT, LEVELS, LINK, RESIDENT, SCORED_PAIR

FIRST, LATER = date(2021, 8, 1), date(2021, 8, 2)


def segment(**given):
    """Rows of one segment: of each kind those given, and no others."""
    kinds = zip(OfSegment._fields, OF_PROFILE, strict=True)
    return OfSegment(
        *(
            pl.DataFrame(
                [dict.fromkeys(kind.columns) | row for row in given.get(name, [])],
                schema=kind.columns,
            )
            for name, kind in kinds
        )
    )


def test_a_case_is_a_copy_a_doubted_dose_or_a_broken_rule_and_never_two():
    decided = [
        {"dose_id": "copy", "disposition": "duplicate", "duplicate_of": "kept"},
        {"dose_id": "kept", "disposition": "verified"},
        {"dose_id": "torn", "disposition": "review", "doubt": "two_people"},
        # Nobody knows whose profile this is: the person is asked about, not the dose.
        {"dose_id": "open", "disposition": "review"},
        {"dose_id": "early", "disposition": "verified"},
        {"dose_id": "real", "disposition": "verified"},
    ]
    broken = {
        "copy": ["short_interval"],
        "torn": ["two_people", "dose_number_order"],
        "open": ["two_people"],
        "early": ["before_approval"],
        "real": ["before_approval"],
    }
    dose = {"profile_id": 1, "dose_number": 1, "injected_on": FIRST, "facility_code": "F1"}
    kept = {"kept_number": 2, "kept_on": LATER, "kept_facility": None, "kept_vaccine": "Abdala"}
    told = doses(
        segment(
            dispositions=[{"profile_id": 1, **row} for row in decided],
            doses=[{**dose, "dose_id": row["dose_id"]} for row in decided],
            findings=[
                {"profile_id": 1, "dose_id": dose_id, "rule": rule}
                for dose_id, rules in broken.items()
                for rule in rules
            ],
            copies=[{"profile_id": 1, "dose_id": "copy", "duplicate_of": "kept", **kept}],
            profiles=[{"profile_id": 1, "raw_full_name": "Hoa"}],
            persons=[{"profile_id": 1, "person_id": "R-r"}],
        ),
        pl.Series(["real"]),
    )

    assert {row["dose_id"]: (row["disposition"], row["evidence"]) for row in told.to_dicts()} == {
        "copy": ("duplicate", ["finding=duplicate"]),
        "torn": ("review", ["finding=dose_number_order", "finding=two_people"]),
        "early": ("finding", ["finding=before_approval"]),
    }
    rows = {row["dose_id"]: row for row in told.to_dicts()}
    lists = ("dose_ids", "dose_numbers", "injected_on", "facility_codes", "vaccines")
    assert [rows["copy"][name] for name in lists] == [
        ["copy", "kept"], [1, 2], [FIRST, LATER], ["F1", None], [None, "Abdala"],
    ]  # fmt: skip
    assert [rows["early"][name] for name in lists] == [["early"], [1], [FIRST], ["F1"], [None]]
    assert {(row["person_id"], row["raw_full_name"], row["doses"]) for row in rows.values()} == {
        ("R-r", "Hoa", 1)
    }


def test_a_copy_stands_beside_the_row_that_is_kept(spark):
    kept = {"dose_number": 2, "injected_on": FIRST, "facility_code": "F1", "vaccine": "Abdala"}
    events = [
        {"dose_id": "b", "dose_ids": ["a", "b", "c"], "profile_ids": [1, 2, 3], "dose_rows": 3},
        {"dose_id": "d", "dose_ids": ["d"], "profile_ids": [4], "dose_rows": 1},
    ]
    told = copies(fake_rows(spark, DOSE_EVENT, [event | kept for event in events]), segments=2)

    assert {tuple(row) for row in told.collect()} == {
        ("a", 1, "b", 2, FIRST, "F1", "Abdala"),
        ("c", 3, "b", 2, FIRST, "F1", "Abdala"),
    }


@pytest.fixture
def shown(spark):
    """The candidates that a list shows of profiles to review, of (profile, resident, p, weight)."""

    def show(pairs, decisions):
        levels = dict.fromkeys(LEVELS, "same")
        names = ("profile_id", "resident_id", "match_probability", "match_weight")
        scored = [dict(zip(names, pair, strict=True)) | levels for pair in pairs]
        links = [{"profile_id": p, "decision": d} for p, d in decisions.items()]
        best = best_candidates(
            fake_rows(spark, SCORED_PAIR, scored), fake_rows(spark, LINK, links), segments=2
        )
        units = {"commune_code": ["00001"], "commune": ["Xã A"], "district": ["B"],
                 "province": ["C"]}  # fmt: skip
        residents = [
            {"resident_id": r, "sex": "F", "birth_year": 1985, "commune_code": "00001"}
            for r in sorted({pair[1] for pair in pairs})
        ]
        return found(best, fake_rows(spark, RESIDENT, residents), pl.DataFrame(units), 2).collect()

    return show


def test_at_most_three_likely_candidates_are_shown_and_always_the_best(shown):
    pairs = [
        (1, "a", 0.5, 9.0),
        (1, "b", 0.3, 8.0),
        (1, "c", 0.1, 7.0),
        (1, "d", 0.1, 6.0),
        (2, "b", 0.0004, 1.0),
        (2, "a", 0.0004, 1.0),
        (3, "a", 0.9, 20.0),
    ]
    told = shown(pairs, {1: "review", 2: "review", 3: "linked"})

    assert {(row.profile_id, row.rank, row.resident_id) for row in told} == {
        (1, 1, "a"), (1, 2, "b"), (1, 3, "c"), (2, 1, "a"),
    }  # fmt: skip
    assert {(row.sex, row.date_of_birth, row.place) for row in told} == {
        ("Nữ", "1985", "Xã A, B, C")
    }
    assert all(len(row.evidence) == len(LEVELS) for row in told)
    assert {row.evidence[0] for row in told} == {"name=same"}
