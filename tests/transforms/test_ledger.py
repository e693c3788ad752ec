import polars as pl
import pytest

from tests.fake_rows import fake_rows
from transforms.hashing import hashed
from transforms.ledger import imbalances, ledger, lines
from transforms.ledger_promises import Written, claimed, ledger_violations, uncounted
from transforms.membership import bitmap_of
from transforms.schemas import DISPOSITION, DOSE, PERSON, PROFILE, REJECTED_ROW, RESIDENT

DOSES = [("d1", "01"), ("d2", "01"), ("d3", None)]


@pytest.fixture
def counted(spark):
    """The ledger of three dose rows and one rejected row, whatever became of the three."""

    def build(*decided: tuple[str, str | None, str]):
        received = [("d1", "1"), ("d2", " 01"), ("d3", "")]
        rejected = [
            {"source": "doses", "row_number": 4, "reason": "no dose_id", "province_code": "01"},
            {"source": "residents", "row_number": 1, "reason": "no resident_id"},
        ]
        columns = ("dose_id", "province_code", "disposition")
        told = lines(
            spark.createDataFrame(received, "dose_id string, province_code string"),
            fake_rows(spark, REJECTED_ROW, rejected),
            fake_rows(spark, DOSE, [{"dose_id": d, "province_code": p} for d, p in DOSES]),
            fake_rows(spark, DISPOSITION, [dict(zip(columns, d, strict=True)) for d in decided]),
        )
        return ledger(pl.DataFrame(told.toArrow()), "run-1")

    return build


def test_the_ledger_has_a_line_per_stage_province_and_class(counted):
    told = counted(("d1", "01", "verified"), ("d2", "01", "wrong"), ("d3", None, "wrong"))

    assert set(told.select("stage", "province_code", "class", "rows").rows()) == {
        ("received", "01", "all", 3),
        ("received", "", "all", 1),
        ("rejected", "01", "no dose_id", 1),
        ("profiled", "01", "all", 2),
        ("profiled", "", "all", 1),
        ("disposition", "01", "verified", 1),
        ("disposition", "01", "wrong", 1),
        ("disposition", "", "wrong", 1),
    }
    assert imbalances(told).is_empty()


def test_a_missing_row_and_a_swapped_row_unbalance_their_province(counted):
    figures = ("stage", "province_code", "rows", "expected_rows")
    missing = imbalances(counted(("d1", "01", "wrong"), ("d3", None, "wrong")))
    assert missing.select(figures).rows() == [("disposition", "01", 1, 2)]

    swapped = counted(("d1", "01", "wrong"), ("d1", "01", "wrong"), ("d3", None, "wrong"))
    found = imbalances(swapped)
    assert found.select(figures).rows() == [("disposition", "01", 2, 2)]
    assert found["checksum"].item() != found["expected_checksum"].item()


@pytest.fixture
def broken(spark):
    """The promises broken by dispositions (dose, profile, disposition, resident, duplicate_of)."""
    columns = ("dose_id", "profile_id", "disposition", "resident_id", "duplicate_of")
    people = [(1, "R-r", "r"), (2, "R-r", "r"), (3, "P-3", None)]

    def find(decided, persons=people, said: int = 2):
        tables = Written(
            fake_rows(spark, DISPOSITION, [dict(zip(columns, d, strict=True)) for d in decided]),
            fake_rows(spark, DOSE, [{"dose_id": "d1"}, {"dose_id": "d2"}]),
            fake_rows(
                spark,
                PERSON,
                [
                    dict(zip(("profile_id", "person_id", "resident_id"), p, strict=True))
                    for p in persons
                ],
            ),
            fake_rows(spark, PROFILE, [{"profile_id": 1, "doses": said}]),
            fake_rows(spark, RESIDENT, [{"resident_id": "r"}]),
        )
        named = pl.Series([d[4] for d in decided if d[4]], dtype=pl.String)
        found = ledger_violations(tables, bitmap_of(hashed(named)), segments=2)
        claims = pl.DataFrame(claimed(tables.profiles).toArrow())
        return {*map(tuple, found.collect()), *uncounted(2, claims).rows()}

    return find


def test_sound_tables_break_nothing(broken):
    sound = [
        ("d1", 1, "verified", "r", None),
        ("d2", 2, "duplicate", "r", "d1"),
        ("d3", 3, "review", None, None),
    ]
    assert broken(sound) == set()


def test_every_broken_promise_is_named_and_counted(broken):
    unsound = [
        ("d1", 1, "verified", "r", None),
        ("d1", 1, "verified", "r", None),
        ("d2", 2, "duplicate", "r", "d9"),
        ("d3", 3, "duplicate", None, "d4"),
        ("d4", 2, "duplicate", "r", "d5"),
        ("d5", 1, "wrong", None, None),
        ("d6", 1, "wrong", "somebody", None),
    ]
    people = [(1, "R-r", "r"), (2, "R-r", "s"), (3, "P-3", None)]
    assert broken(unsound, people, said=5) == {
        ("one disposition per dose row", 1),
        ("every resident is in the register", 1),
        ("a known person has a resident", 1),
        ("no person has two residents", 1),
        ("a duplicate names a kept row of the same person", 2),
        ("profiles count every dose row", 1),
    }
