"""Pairs of two samples counted at once, against pairs counted one by one."""

from collections import Counter
from datetime import date

import polars as pl

from transforms.scoring import comparisons
from transforms.scoring.chance import LEVELS, PROFILES_AT_ONCE, level_counts

BORN = [date(1985, 3, 7), date(1985, 7, 3), date(1986, 3, 7), None]
PLACES = [("01", "001", "00001"), ("79", "760", "26734"), (None, None, None)]
SHAPE = {name: pl.String for name in (
    "birth_precision", "sex", "province_code", "district_code", "commune_code",
    "facility_commune", "facility_province",
)} | {"birth_date": pl.Date, "birth_year": pl.Int64, "birth_month": pl.Int64}  # fmt: skip


def side(name, count):
    rows = []
    for at in range(count):
        born, place = BORN[at % 4], PLACES[at % 3]
        rows.append({
            "birth_date": born, "birth_precision": born and "day", "sex": "MF"[at % 2],
            "birth_year": born and born.year, "birth_month": born and born.month,
            "province_code": place[0], "district_code": place[1], "commune_code": place[2],
            "facility_commune": "26734", "facility_province": "79",
        })  # fmt: skip
    return pl.DataFrame(rows, schema=SHAPE).select(pl.struct(pl.all()).alias(name))


def test_every_profile_meets_every_resident_once():
    profiles, residents = side("p", PROFILES_AT_ONCE + 7), side("r", 5)

    one_by_one = {name: Counter() for name in LEVELS}
    for p in profiles.iter_slices(1):
        for r in residents.iter_slices(1):
            both = comparisons.with_birth_edits(pl.concat([p, r], how="horizontal"))
            for name, level in LEVELS.items():
                one_by_one[name][both.select(level().alias("level"))["level"][0]] += 1

    assert level_counts(profiles, residents) == one_by_one
    assert len(one_by_one["birth"]) > 3
