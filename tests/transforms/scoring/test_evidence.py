"""Whose a phone is, and what a household is known by."""

import pytest

from transforms.scoring.evidence import households, phone_use

OWNERS = "phone string, household_id string, name_folded string"
CLERK, FAMILY, NAMES, STRANGER = "0900000001", "0900000002", "0900000003", "0900000004"


@pytest.fixture
def residents(spark):
    clerks = [(CLERK, f"h{at}", f"CLERK {at}") for at in range(3)]
    family = [(FAMILY, "f", f"MEMBER {at}") for at in range(5)] + [(FAMILY, "g", "COUSIN")]
    return spark.createDataFrame([*clerks, *family, (None, None, "NOBODY")], OWNERS)


@pytest.fixture
def held(spark):
    return spark.createDataFrame([(FAMILY, "f"), (None, "f")], "phone string, household_id string")


@pytest.fixture
def used(spark, residents, held):
    typed = [(NAMES, f"NAME {at}") for at in range(40)] + [(STRANGER, "A"), (None, "B")]
    profiles = spark.createDataFrame(typed, "phone string, name_folded string")
    return {row["phone"]: row for row in phone_use(residents, held, profiles).collect()}


def test_many_households_or_many_names_make_a_phone_nobodys(used):
    assert {phone for phone, row in used.items() if row["crowded"]} == {CLERK, NAMES}


def test_the_households_of_a_phone_are_counted_once_each(used):
    counted = {phone: row["households"] for phone, row in used.items()}

    assert counted == {CLERK: 3, FAMILY: 2, NAMES: 0, STRANGER: 0}


def test_a_household_is_known_by_all_its_names_and_phones(residents, held):
    known = {row["household_id"]: row for row in households(residents, held).collect()}

    assert set(known) == {"h0", "h1", "h2", "f", "g"}
    assert set(known["f"]["household_names"]) == {f"MEMBER {at}" for at in range(5)}
    assert known["f"]["household_phones"] == [FAMILY]
