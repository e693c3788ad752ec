"""Levels of single comparisons, each beside what a person would say about the two records."""

from datetime import date

import polars as pl
import pytest

from transforms.scoring import comparisons

BIRTHS = [
    # profile (date, year, month, precision), resident's date, level
    (("1985-03-07", 1985, 3, "day"), "1985-03-07", "exact"),
    (("1985-07-03", 1985, 7, "day"), "1985-03-07", "swapped"),
    (("1985-03-08", 1985, 3, "day"), "1985-03-07", "next_day"),
    (("1985-03-17", 1985, 3, "day"), "1985-03-07", "one_digit"),
    (("1975-03-07", 1975, 3, "day"), "1985-03-07", "one_digit"),
    (("1958-03-07", 1958, 3, "day"), "1985-03-07", "day_and_month"),
    (("1985-12-08", 1985, 12, "day"), "1985-03-08", "two_digits"),
    (("1985-11-25", 1985, 11, "day"), "1985-03-07", "same_year"),
    (("1986-11-25", 1986, 11, "day"), "1985-03-07", "near_year"),
    (("1962-11-25", 1962, 11, "day"), "1985-03-07", "different"),
    (("1957-08-30", 1957, 8, "day"), "1985-03-07", "household"),
    (("1985-12-07", 1985, 12, "day"), "1985-03-09", "household"),
    (("1985-07-03", 1985, 7, "day"), "1985-03-07", "swapped"),
    (("1985-07-03", 1985, 7, "day"), "1985-07-03", "exact"),
    ((None, 1957, None, "year"), "1985-03-07", "different"),
    ((None, 1985, None, "year"), "1985-03-07", "year_only"),
    (("1985-01-01", 1985, 1, "year"), "1985-03-07", "year_only"),
    ((None, 1986, None, "year"), "1985-03-07", "year_beside"),
    ((None, 1962, None, "year"), "1985-03-07", "different"),
    (("1957-01-01", 1957, 1, "year"), "1985-03-07", "different"),
    ((None, 1985, 3, "month"), "1985-03-07", "month_only"),
    ((None, None, None, None), "1985-03-07", "missing"),
]  # fmt: skip
# On which the members of the resident's household were born.
HOUSEMATES = [date(1957, 8, 30), date(1985, 7, 3), date(1985, 12, 7), date(1957, 1, 1)]
NUMBERS = [
    # typed number, its kind and digits, its owner and household; level beside 079185001234
    (("079185001234", "cccd", None, "r1", "h1"), "equal"),
    (("079185001235", "cccd", None, None, None), "neighbour"),
    (("079185001232", "cccd", None, "r2", "h1"), "neighbour"),
    (("079185001239", "cccd", None, None, None), "slip"),
    (("079185001324", "cccd", None, None, None), "slip"),
    (("019185001234", "cccd", None, None, None), "slip"),
    (("079190004321", "cccd", None, "r3", "h1"), "household"),
    (("079190004321", "cccd", None, "r9", "h9"), "other"),
    (("079190004321", "cccd", None, None, None), "unknown"),
    # Of a woman born in 1985, as the profile is: nobody's, and not one or two edits from hers.
    (("079185987654", "cccd", None, None, None), "another"),
    (("001185987654", "cccd", None, None, None), "another_province"),
    (("001185987654", "cccd", None, "r9", "h9"), "other"),
    (("079085987654", "cccd", None, None, None), "unknown"),  # a man's
    (("079385987654", "cccd", None, None, None), "unknown"),  # of a woman born in 2085
    (("079185001467", "cccd", None, None, None), "another"),
    (("079185009264", "cccd", None, None, None), "unknown"),  # two digits mistyped
    (("123987456", "cmnd", None, None, None), "unknown_old"),
    (("024681357", "cmnd", None, None, None), "equal"),
    ((None, "malformed", "79185001234", None, None), "near"),
    ((None, "malformed", "7918500", None, None), "far"),
    ((None, "malformed", "79185987654", None, None), "another"),  # its zero lost
    ((None, "malformed", "79185001324", None, None), "near"),  # and two digits swapped
    ((None, "malformed", "79085987654", None, None), "far"),  # a man's
    ((None, "scientific", "079185", None, None), "near"),
    ((None, "scientific", "079285", None, None), "far"),
    ((None, "passport", None, None, None), "passport"),
    ((None, "missing", None, None, None), "absent"),
]  # fmt: skip


PHONES = [
    # typed phone, whether crowded, whether anybody holds it; level beside a resident's phones
    (("0912345678", False, True), "own"),
    (("0912345671", False, True), "verified"),
    (("0912345672", None, True), "household"),
    (("0912345673", False, True), "others"),
    (("0912345673", False, None), "unknown"),
    (("0912345678", True, True), "missing"),
    ((None, None, None), "missing"),
]
PLACES = [
    # declared province, district, commune, the facility's commune and province; level
    (("79", "760", "26734", None, None), "commune"),
    (("79", "760", "26737", "26734", "79"), "facility"),
    (("79", "760", "26737", None, None), "district"),
    (("79", "761", "26800", None, None), "province"),
    (("01", "001", "00001", None, "79"), "facility_province"),
    (("01", "001", "00001", "00001", "01"), "elsewhere"),
    ((None, None, None, None, None), "missing"),
]  # fmt: skip
HISTORIES = [
    # days of the profile's doses by number, of the resident's verified doses; level
    ((100, None, None, None), (None, None, None, None), "free"),
    ((100, None, None, None), (None, 200, None, None), "complement"),
    ((100, None, None, None), (102, 200, None, None), "repeat"),
    ((100, 230, None, None), (100, 200, None, None), "conflict"),
]


def test_birth_levels():
    profiles = [
        {
            "birth_date": _day(born),
            "birth_year": year,
            "birth_month": month,
            "birth_precision": precision,
        }
        for (born, year, month, precision), _, _ in BIRTHS
    ]
    residents = [
        {
            "birth_date": _day(real),
            "birth_year": _day(real).year,
            "birth_month": _day(real).month,
            "birth_precision": "day",
            "household_births": HOUSEMATES,
        }
        for _, real, _ in BIRTHS
    ]

    sides = comparisons.with_birth_edits(pl.DataFrame({"p": profiles, "r": residents}))
    found = sides.select(comparisons.birth_level_at_home())

    assert found.to_series().to_list() == [level for _, _, level in BIRTHS]


def test_number_levels():
    names = ("number", "number_kind", "number_digits", "owner_id", "owner_household_id")
    profiles = [
        {
            **dict(zip(names, typed, strict=True)),
            **{"number_repairs": [f"0{typed[2]}"], "sex": "F", "birth_year": 1985},
        }
        for typed, _ in NUMBERS
    ]
    resident = {"id_number": "079185001234", "old_id_number": "024681357", "household_id": "h1"}

    sides = pl.DataFrame({"p": profiles, "r": [resident] * len(NUMBERS)})
    found = comparisons.with_number_evidence(sides).select(comparisons.number_level())

    assert found.to_series().to_list() == [level for _, level in NUMBERS]


def test_phone_levels():
    names = ("phone", "phone_crowded", "phone_held")
    resident = {
        "phone": "0912345678",
        "verified_phones": ["0912345671"],
        "household_phones": ["0912345672", "0912345678"],
    }
    profiles = [dict(zip(names, typed, strict=True)) for typed, _ in PHONES]

    sides = pl.DataFrame({"p": profiles, "r": [resident] * len(PHONES)})
    found = sides.select(comparisons.phone_level())

    assert found.to_series().to_list() == [level for _, level in PHONES]


def test_place_levels():
    units = ("province_code", "district_code", "commune_code")
    names = (*units, "facility_commune", "facility_province")
    resident = dict(zip(units, ("79", "760", "26734"), strict=True))
    profiles = [dict(zip(names, declared, strict=True)) for declared, _ in PLACES]

    sides = pl.DataFrame({"p": profiles, "r": [resident] * len(PLACES)})
    found = sides.select(comparisons.place_level())

    assert found.to_series().to_list() == [level for _, level in PLACES]


def test_history_levels():
    days = pl.Struct({f"day_{k}": pl.Int32 for k in range(1, 5)})
    sides = pl.DataFrame(
        {
            side: [{f"day_{k + 1}": day for k, day in enumerate(row[at])} for row in HISTORIES]
            for at, side in enumerate("pr")
        },
        schema={"p": days, "r": days},
    )

    found = sides.select(comparisons.history_level())

    assert found.to_series().to_list() == [level for _, _, level in HISTORIES]


@pytest.mark.parametrize(
    ("level_names", "levels"),
    [
        (comparisons.BIRTH_LEVELS, BIRTHS),
        (comparisons.NUMBER_LEVELS, NUMBERS),
        (comparisons.PHONE_LEVELS, PHONES),
        (comparisons.PLACE_LEVELS, PLACES),
        (comparisons.HISTORY_LEVELS, HISTORIES),
    ],
    ids=["birth", "number", "phone", "place", "history"],
)
def test_every_level_has_an_example(level_names, levels):
    assert {row[-1] for row in levels} == set(level_names)


def _day(text):
    return date.fromisoformat(text) if text else None
