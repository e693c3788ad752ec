from datetime import date

import polars as pl

from tests.fake_rows import fake_rows
from transforms.classification import doubted
from transforms.deduplication.contradictions import contradictions
from transforms.deduplication.events import DoseRules
from transforms.schemas import FINDING

FIRST = date(2021, 8, 1)


def dose(dose_id, profile_id, number, day):
    return dose_id, profile_id, number, day


def test_the_same_dose_on_days_far_apart_may_be_of_two_people(spark):
    doses = pl.DataFrame(
        [
            dose("a1", 1, 1, FIRST),
            dose("a2", 1, 1, date(2021, 9, 10)),
            dose("a3", 1, 2, date(2021, 10, 10)),
            dose("a4", 1, 3, date(2022, 2, 10)),
            # A double entry, a day and two days off.
            dose("b1", 2, 1, FIRST),
            dose("b2", 2, 1, date(2021, 8, 3)),
            # The same number under another name is another person's anyway.
            dose("c1", 3, 1, date(2021, 12, 1)),
            # Without number or day nothing contradicts.
            dose("d1", 4, None, FIRST),
            dose("d2", 4, None, date(2021, 12, 1)),
            dose("d3", 4, 3, None),
            dose("d4", 4, 3, FIRST),
            # A commune said that the first one is real: the other still contradicts it.
            dose("e1", 5, 1, FIRST),
            dose("e2", 5, 1, date(2021, 12, 1)),
            dose("e3", 5, 2, date(2021, 12, 9)),
            # Three doses as far apart as doses are: the last number is mistyped, no more.
            dose("f1", 6, 1, FIRST),
            dose("f2", 6, 2, date(2021, 9, 1)),
            dose("f3", 6, 2, date(2022, 1, 10)),
            dose("f4", 6, 2, date(2022, 1, 11)),
            # The same doses in a hurry are two people's.
            dose("g1", 7, 1, FIRST),
            dose("g2", 7, 2, date(2021, 9, 1)),
            dose("g3", 7, 2, date(2021, 9, 9)),
            # One number is not that of its place in time.
            dose("h1", 8, 2, FIRST),
            dose("h2", 8, 2, date(2021, 12, 1)),
            dose("i1", 9, 3, FIRST),
            dose("i2", 9, 2, date(2021, 9, 1)),
            dose("i3", 9, 3, date(2022, 1, 10)),
            # Two are not: nobody mistypes that often.
            dose("j1", 10, 3, FIRST),
            dose("j2", 10, 3, date(2021, 12, 1)),
            # Nor are four doses, two of them with one number, one person's.
            dose("k1", 11, 1, FIRST),
            dose("k2", 11, 2, date(2021, 9, 1)),
            dose("k3", 11, 2, date(2021, 11, 1)),
            dose("k4", 11, 4, date(2022, 2, 1)),
        ],
        schema=("dose_id", "profile_id", "dose_number", "injected_on"),
        orient="row",
    )

    found = contradictions(doses, pl.Series(["e1"]), DoseRules())

    assert sorted(found.select("dose_id", "rule", "detail").iter_rows()) == [
        ("a1", "two_people", "dose 1 on days 40 days apart"),
        ("a2", "two_people", "dose 1 on days 40 days apart"),
        ("e2", "two_people", "dose 1 on days 122 days apart"),
        ("g2", "two_people", "dose 2 on days 8 days apart"),
        ("g3", "two_people", "dose 2 on days 8 days apart"),
        ("j1", "two_people", "dose 3 on days 122 days apart"),
        ("j2", "two_people", "dose 3 on days 122 days apart"),
        ("k2", "two_people", "dose 2 on days 61 days apart"),
        ("k3", "two_people", "dose 2 on days 61 days apart"),
    ]
    profile_of = dict(doses.select("dose_id", "profile_id").iter_rows())
    assert all(profile_of[row["dose_id"]] == row["profile_id"] for row in found.to_dicts())

    others = [{"dose_id": "z", "profile_id": 9, "rule": "after_death"}]
    told = fake_rows(spark, FINDING, [*found.to_dicts(), *others])
    assert {tuple(row) for row in doubted(told).collect()} == {
        (dose_id, profile_of[dose_id], "two_people") for dose_id in found["dose_id"]
    }
