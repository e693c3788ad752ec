"""Whose a phone is, what a household is known by, and which dose was when."""

from datetime import date

import polars as pl
import pytest

from transforms.scoring.evidence import households, reached, uses, with_dose_days

OWNERS = {
    "phone": pl.String,
    "household_id": pl.String,
    "name_folded": pl.String,
    "birth_date": pl.Date,
    "birth_precision": pl.String,
}
BORN, ONLY_A_YEAR = (date(1957, 8, 30), "day"), (date(1957, 1, 1), "year")
CLERK, FAMILY, NAMES, STRANGER = "0900000001", "0900000002", "0900000003", "0900000004"


@pytest.fixture
def residents():
    clerks = [(CLERK, f"h{at}", f"CLERK {at}", None, None) for at in range(3)]
    family = [(FAMILY, "f", f"MEMBER {at}", *(BORN, ONLY_A_YEAR)[at % 2]) for at in range(5)]
    others = [(FAMILY, "g", "COUSIN", *BORN), (None, None, "NOBODY", *BORN)]
    return pl.DataFrame([*clerks, *family, *others], schema=OWNERS, orient="row")


@pytest.fixture
def held():
    columns = {"phone": pl.String, "household_id": pl.String}
    return pl.DataFrame([(FAMILY, "f"), (None, "f")], schema=columns, orient="row")


@pytest.fixture
def told(residents, held):
    """phone_held and phone_crowded by phone, each asked for by one profile."""
    typed = [(NAMES, f"NAME {at}") for at in range(40)] + [(STRANGER, "A"), (None, "B")]
    profiles = pl.DataFrame(typed, schema=["phone", "name_folded"], orient="row")
    used = [uses(residents, "household_id"), uses(held, "household_id")]
    used.append(uses(profiles, "name_folded"))
    phones = [CLERK, FAMILY, NAMES, STRANGER]
    asked = pl.DataFrame({"phone": phones, "profile_id": range(4)})
    found = reached(pl.concat(used), asked).sort("profile_id")
    return dict(zip(phones, found.drop("profile_id").rows(), strict=True))


def test_many_households_or_many_names_make_a_phone_nobodys(told):
    assert {phone for phone, (_, crowded) in told.items() if crowded} == {CLERK, NAMES}


def test_a_phone_is_held_when_a_household_has_it(told):
    assert {phone for phone, (held, _) in told.items() if held} == {CLERK, FAMILY}


def test_two_households_of_one_phone_are_no_crowd_however_often_they_give_it(residents, held):
    asked = pl.DataFrame({"phone": [FAMILY], "profile_id": [1]})
    used = [uses(rows, "household_id") for rows in (residents, held, residents, held)]

    assert reached(pl.concat(used), asked).rows() == [(1, True, False)]


def test_a_household_is_known_by_all_its_names_dates_and_phones(residents, held):
    known = {row["household_id"]: row for row in households(residents, held).to_dicts()}

    assert set(known) == {"h0", "h1", "h2", "f", "g"}
    assert set(known["f"]["household_names"]) == {f"MEMBER {at}" for at in range(5)}
    assert known["f"]["household_phones"] == [FAMILY]
    assert known["f"]["household_births"] == [BORN[0]]
    assert known["h0"]["household_births"] == []


def test_the_day_of_a_dose_is_the_one_beside_its_number():
    days = [date(1970, 1, at) for at in (2, 3, 4)]
    rows = pl.DataFrame(
        {"dose_numbers": [[1, 3, 5], [], None], "injected_on": [days, [], None]},
        schema={"dose_numbers": pl.List(pl.Int32), "injected_on": pl.List(pl.Date)},
    )
    found = with_dose_days(rows).select("^day_.*$").rows()

    assert found == [(1, None, 2, None), (None,) * 4, (None,) * 4]
