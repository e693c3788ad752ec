"""Whose pairs are weighed otherwise for what others say: a household's members, a phone's users.

The module as a whole is judged in tests/pipeline/test_update.py, by a whole run.
"""

import polars as pl
import pytest

from jobs.updating.changed_evidence import others_and, said_otherwise, users
from jobs.updating.day import SAID, Day, Told
from transforms.hashing import hash_of, hashed
from transforms.scoring import evidence

NO_PHONES = Told(*[pl.DataFrame({"household_id": [], "phone": []}, dict.fromkeys(
    ("household_id", "phone"), pl.String))] * 2)  # fmt: skip


def people(*rows):
    return pl.DataFrame(list(rows), schema=SAID)


def person(resident, household="H1", name="le an", phone=None):
    return {"resident_id": resident, "household_id": household, "name_folded": name, "phone": phone}


def day(before, now):
    return Day(run=None, draft=None, disk=None, people=Told(people(*before), people(*now)))


def said(value):
    return hashed(pl.Series([value])).item()


def test_what_a_household_says_anew_and_no_more_is_told_once_for_each():
    moved = day([person("R1", "H1", "le an")], [person("R1", "H2", "le an")])
    told = said_otherwise(moved, NO_PHONES)
    assert sorted(told.rows()) == [("H1", said("le an")), ("H2", said("le an"))]


def test_what_another_of_the_household_says_instead_is_as_before():
    replaced = day([person("R1", phone="0901")], [person("R2", phone="0901")])
    assert said_otherwise(replaced, NO_PHONES).is_empty()


def test_who_has_no_household_tells_of_nobody_else():
    alone = day([person("R1", None)], [person("R1", None, "tran an")])
    assert said_otherwise(alone, NO_PHONES).is_empty()


def test_the_phone_of_a_verified_profile_is_its_households():
    held = pl.DataFrame({"household_id": ["H7"], "phone": ["0901"]})
    told = said_otherwise(day([], []), Told(held.clear(), held))
    assert told.rows() == [("H7", said("0901"))]


@pytest.mark.parametrize(
    ("households", "names", "told"),
    [
        (0, 1, (False, False)),
        (1, 1, (True, False)),
        (evidence.CROWD_HOUSEHOLDS, 1, (True, True)),
        (0, evidence.CROWD_NAMES, (False, False)),
        (0, evidence.CROWD_NAMES + 1, (False, True)),
    ],
)
def test_users_of_a_phone_say_whether_a_household_has_it_and_whether_it_is_nobodys(
    households, names, told
):
    registered = people(*(person(f"R{at}", f"H{at}", phone="0901") for at in range(households)))
    calling = pl.DataFrame(
        {
            "profile_id": range(names),
            "phone": ["0901"] * names,
            "name_folded": [f"name {at}" for at in range(names)],
            "number_kind": None,
            "number_digits": None,
        }
    )
    verdicts = pl.DataFrame(
        {"profile_id": [], "verdict": [], "household_id": []},
        {"profile_id": pl.Int64, "verdict": pl.String, "household_id": pl.String},
    )
    asked = calling[:1].select("profile_id", phone=hash_of(pl.col("phone")))
    found = evidence.reached(users(registered, calling, verdicts), asked)
    assert found.select("phone_held", "phone_crowded").row(0) == told


def test_a_profile_that_is_verified_makes_its_phone_its_households():
    calling = pl.DataFrame(
        {
            "profile_id": [1],
            "phone": ["0901"],
            "name_folded": ["le an"],
            "number_kind": None,
            "number_digits": None,
        }
    )
    asked = calling.select("profile_id", phone=hash_of(pl.col("phone")))
    for verdict, held in (("verified", True), ("rejected", False)):
        verdicts = pl.DataFrame({"profile_id": [1], "verdict": [verdict], "household_id": ["H1"]})
        found = evidence.reached(users(people(), calling, verdicts), asked)
        assert found["phone_held"].to_list() == [held]


def test_rows_stand_in_place_of_those_with_their_ids_also_where_none_come():
    known = pl.DataFrame({"profile_id": [1, 2, 3], "verdict": ["a", "b", "c"]})
    rows = pl.DataFrame({"verdict": ["B"], "profile_id": [2]})
    ids = pl.Series("profile_id", [2, 3])
    assert others_and(rows, known, ids).rows() == [(1, "a"), (2, "B")]
