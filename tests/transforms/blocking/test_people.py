from datetime import date

import polars as pl

from transforms.blocking.people import profile_columns, resident_columns

IDENTITY = {
    "name_folded": "TRAN THI LAN", "surname_folded": "TRAN", "birth_date": date(1990, 3, 25),
    "birth_precision": "day", "commune_code": "00001", "province_code": "01",
}  # fmt: skip
PROFILE = {
    **IDENTITY, "number": None, "number_digits": None, "facility_commune": None,
    "facility_province": None,
}  # fmt: skip
RESIDENT = {**IDENTITY, "household_id": "h1", "id_number": "001190012345"}
KINDS = {
    "number": pl.String, "number_digits": pl.String, "facility_commune": pl.String,
    "facility_province": pl.String, "birth_date": pl.Date, "name_folded": pl.String,
    "surname_folded": pl.String, "birth_precision": pl.String,
}  # fmt: skip


def made(row, columns, **said):
    return pl.DataFrame([{**row, **said}], schema_overrides=KINDS).select(**columns).to_dicts()[0]


def profile(**said):
    return made(PROFILE, profile_columns(), **said)


def resident(**said):
    return made(RESIDENT, resident_columns(), **said)


def test_a_place_is_the_declared_one_and_the_facilitys():
    def places(kind, **said):
        return [*profile(**said)[kind].values()]

    assert places("communes", facility_commune="00002") == ["00001", "00002"]
    assert places("communes", facility_commune="00001") == ["00001", None]
    assert places("communes", commune_code=None, facility_commune="00002") == [None, "00002"]
    assert places("communes", commune_code=None, facility_province="48") == [None, None]
    assert places("provinces", facility_province="48") == ["01", "48"]


def test_fragments_of_a_number_come_from_the_digits_where_it_is_malformed():
    whole = profile(number="001190012345", number_digits="9")
    assert (whole["number_first9"], whole["number_last6"]) == ("001190012", "012345")
    short = profile(number_digits="12345678")
    assert (short["number_first9"], short["number_last6"]) == (None, "345678")
    assert profile(number_digits="1234567")["number_last6"] is None
    assert resident()["number_first9"] == "001190012"


def test_a_birth_date_is_a_key_where_its_day_is_known():
    assert profile()["full_birth_date"] == date(1990, 3, 25)
    assert (profile()["birth_day"], resident()["birth_day"]) == (2503, 2503)
    for precision in ("year", None):
        unsure = profile(birth_precision=precision)
        assert not any(unsure[n] for n in ("full_birth_date", "birth_day", "birth_swapped"))


def test_day_and_month_change_places_where_a_month_has_that_number():
    assert profile()["birth_swapped"] is None
    assert profile(birth_date=date(1990, 3, 12))["birth_swapped"] == date(1990, 12, 3)


def test_a_residents_household_is_asked_for_by_the_owner_of_a_number():
    assert resident()["owner_household_id"] == "h1"
