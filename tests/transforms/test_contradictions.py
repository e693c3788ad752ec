from datetime import date

from tests.fake_rows import fake_rows
from transforms.deduplication.contradictions import contradictions, doubted
from transforms.deduplication.events import DoseRules
from transforms.schemas import DOSE

FIRST = date(2021, 8, 1)


def dose(dose_id, profile_id, number, day):
    return {
        "dose_id": dose_id, "profile_id": profile_id, "dose_number": number, "injected_on": day,
    }  # fmt: skip


def test_the_same_dose_on_days_far_apart_may_be_of_two_people(spark):
    doses = fake_rows(
        spark,
        DOSE,
        [
            dose("a1", 1, 1, FIRST),
            dose("a2", 1, 1, date(2021, 9, 10)),
            dose("a3", 1, 2, date(2021, 10, 10)),
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
        ],
    )
    real = spark.createDataFrame([("e1",)], "dose_id string")

    found = contradictions(doses, real, DoseRules())

    assert sorted(map(tuple, found.collect())) == [
        ("a1", "two_people", "dose 1 on days 40 days apart"),
        ("a2", "two_people", "dose 1 on days 40 days apart"),
        ("e2", "two_people", "dose 1 on days 122 days apart"),
    ]
    assert sorted(map(tuple, doubted(found).collect())) == [
        ("a1", "two_people"),
        ("a2", "two_people"),
        ("e2", "two_people"),
    ]
