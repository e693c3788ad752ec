"""Which rows go on and why the others do not, on literal rows."""

import json
import random
from collections.abc import Mapping

import polars as pl
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from transforms import ingestion
from transforms.ingestion import DOSES, RESIDENTS, ROW_NUMBER, UNREADABLE, Register
from transforms.schemas import STRING
from transforms.sifting import (
    Codes,
    in_doubt,
    keys_in_doubt,
    rows_beyond_doubt,
    rows_in_doubt,
)

UNITS = [
    # Hà Nội, Ba Đình, Phúc Xá; Thủ Đức, Linh Xuân.
    {"commune_code": "00001", "district_code": "001", "province_code": "01"},
    {"commune_code": "26794", "district_code": "769", "province_code": "79"},
]

CODES = Codes(["01", "79"], {unit["commune_code"]: unit["province_code"] for unit in UNITS})


@pytest.fixture
def units(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(UNITS)


def received(spark: SparkSession, register: Register, *rows: Mapping[str, str]) -> DataFrame:
    names = [*register.columns, "colour", UNREADABLE]
    schema = T.StructType([T.StructField(name, STRING) for name in names])
    numbered = schema.add(ROW_NUMBER, T.LongType())
    values = [(*(row.get(name) for name in names), at) for at, row in enumerate(rows, start=1)]
    return spark.createDataFrame(values, numbered)


def sifted(rows: DataFrame, register: Register, units: DataFrame) -> tuple[DataFrame, DataFrame]:
    found = pl.DataFrame(keys_in_doubt(rows, register, CODES, segments=2).toArrow())["hash"]
    keys = rows.sparkSession.sparkContext.broadcast(found.sort().to_numpy())
    doubtful = rows_in_doubt(rows, keys, register)
    verdicts = ingestion.judged(ingestion.checked(doubtful, register, units), register)
    certain = rows_beyond_doubt(rows, keys, register)
    kept = certain.unionByName(ingestion.accepted(verdicts))
    return kept, ingestion.rejected(verdicts, register)


def test_doses_are_kept_whatever_was_declared_and_refused_only_for_what_cannot_be(
    spark: SparkSession, units: DataFrame
) -> None:
    rows = received(
        spark,
        DOSES,
        {"dose_id": "plain", "province_code": "01", "injected_on": "2021-08-15"},
        {"dose_id": "nothing declared"},
        {"dose_id": "zeros lost", "province_code": "1.0", "commune_code": "1.0"},
        {"dose_id": "old district", "province_code": "79", "district_code": "762"},
        {"dose_id": "commune elsewhere", "province_code": "79", "commune_code": "00001"},
        {"dose_id": "with time", "injected_on": "2021-08-15T07:00:00"},
        {
            "dose_id": "nothing",
            "province_code": "nan",
            "commune_code": "None",
            "injected_on": "NaT",
        },
        {"dose_id": "no province", "province_code": "99"},
        {"dose_id": "word", "province_code": "01", "commune_code": "Phúc Xá"},
        {"dose_id": "no figure", "province_code": "01", "district_code": "1e2"},
        {"dose_id": "less than none", "province_code": "01", "district_code": "-1"},
        {"dose_id": "half", "province_code": "01", "commune_code": "1.5"},
        {"dose_id": "no end", "province_code": "01", "commune_code": "Infinity"},
        {"dose_id": "day first", "province_code": "01", "injected_on": "15/08/2021"},
        {"dose_id": "no day", "province_code": "1", "injected_on": "2021-02-30"},
        {"dose_id": "month only", "injected_on": "2021-10"},
        {"full_name": "no key", "province_code": "79"},
        {"dose_id": "torn", UNREADABLE: "torn,a,b"},
    )
    kept, refused = sifted(rows, DOSES, units)
    assert {row.dose_id for row in kept.collect()} == {
        "plain", "nothing declared", "zeros lost", "old district", "commune elsewhere", "with time",
        "nothing",
    }  # fmt: skip
    assert kept.columns == [*DOSES.columns, "colour"]
    found = {
        (row.source, row.row_number, row.reason, row.province_code) for row in refused.collect()
    }
    assert found == {
        ("doses", 8, "impossible code: province_code", None),
        ("doses", 9, "impossible code: commune_code", "01"),
        ("doses", 10, "impossible code: district_code", "01"),
        ("doses", 11, "impossible code: district_code", "01"),
        ("doses", 12, "impossible code: commune_code", "01"),
        ("doses", 13, "impossible code: commune_code", "01"),
        ("doses", 14, "impossible code: injected_on", "01"),
        ("doses", 15, "impossible code: injected_on", "01"),
        ("doses", 16, "impossible code: injected_on", None),
        ("doses", 17, "no dose_id", "79"),
        ("doses", 18, "unreadable line", None),
    }
    raw = {row.row_number: json.loads(row.raw) for row in refused.collect()}
    assert raw[17] == {"full_name": "no key", "province_code": "79"}
    assert raw[18] == {"line": "torn,a,b"}


def test_a_resident_is_refused_for_codes_the_register_cannot_hold(
    spark: SparkSession, units: DataFrame
) -> None:
    rows = received(
        spark,
        RESIDENTS,
        {"resident_id": "a", "province_code": "01", "commune_code": "00001", "sex": "F"},
        {"resident_id": "b", "province_code": "01", "commune_code": "99999"},
        {"resident_id": "c", "province_code": "79", "commune_code": "00001"},
        {"resident_id": "d", "sex": "Nam"},
        {"resident_id": "e", "life_status": "moved"},
        {"resident_id": "f", "id_number": "12"},
    )
    kept, refused = sifted(rows, RESIDENTS, units)
    assert {row.resident_id for row in kept.collect()} == {"a", "b", "f"}
    assert {(row.row_number, row.reason) for row in refused.collect()} == {
        (3, "impossible code: commune_code"),
        (4, "impossible code: sex"),
        (5, "impossible code: life_status"),
    }


def test_of_rows_that_share_a_key_one_stays_whatever_their_order(
    spark: SparkSession, units: DataFrame
) -> None:
    given = [
        {"dose_id": "same", "full_name": "An"},
        {"dose_id": "same", "full_name": "An"},
        {"dose_id": "other", "full_name": "Bình"},
        {"dose_id": "other", "full_name": "Chi"},
        {"dose_id": "other", "full_name": "Chi"},
        {"dose_id": "one bad", "full_name": "Dung", "province_code": "99"},
        {"dose_id": "one bad", "full_name": "Dung", "province_code": "79"},
        {"dose_id": "extra", "full_name": "Em", "colour": "red"},
        {"dose_id": "extra", "full_name": "Em", "colour": "blue"},
        {"dose_id": "single", "full_name": "Giang"},
    ]
    outcomes = []
    for order in (given, given[::-1]):
        kept, refused = sifted(received(spark, DOSES, *order), DOSES, units)
        names = sorted((row.dose_id, row.full_name, row.colour) for row in kept.collect())
        reasons = sorted((json.loads(row.raw)["dose_id"], row.reason) for row in refused.collect())
        outcomes.append((names, reasons))
    assert outcomes[0] == outcomes[1]
    names, reasons = outcomes[0]
    assert [name[0] for name in names] == ["extra", "one bad", "other", "same", "single"]
    assert [reason for key, reason in reasons if key == "same"] == ["duplicate dose_id"]
    assert [reason for key, reason in reasons if key == "extra"] == [
        "duplicate dose_id, different content"
    ]
    assert [reason for key, reason in reasons if key == "one bad"] == [
        "impossible code: province_code"
    ]
    assert len([key for key, _ in reasons if key == "other"]) == 2
    assert len(names) + len(reasons) == len(given)


VALUES = {
    "dose_id": ("D1", "", None),
    "resident_id": ("R1", "", None),
    "province_code": ("01", "1", "1.0", " 79", "99", "", None, "nan", "Hà Nội", "001"),
    "district_code": ("001", "1.0", "1e2", "-1", "1.5", "", None, "None", "x", " 1", "\u0661"),
    "commune_code": ("00001", "1", "26794", "99999", "00001.0", "", None, "nan", "x", "1_000"),
    "sex": ("M", "F", "Nam", "", None, "m", "NULL"),
    "life_status": ("alive", "deceased", "", None, "Alive"),
    "injected_on": (
        "2021-08-15", "2021-08-15T07:00:00", "2021-08-15 x", "2021-8-5", "2021-02-30", "15/08/2021",
        "2021-10", "0021-01-01", "2021-08-15x", " 2021-08-15", "", None, "NaT",
    ),
    UNREADABLE: (None, None, None, "torn"),
}  # fmt: skip


@pytest.mark.parametrize("register", [DOSES, RESIDENTS])
def test_no_row_is_beyond_doubt_that_would_be_refused(
    spark: SparkSession, units: DataFrame, register: Register
) -> None:
    dice = random.Random(7)
    given = [
        {name: dice.choice(known) for name, known in VALUES.items()
         if dice.random() < 0.4 or name == register.key} for _ in range(3_000)
    ]  # fmt: skip
    rows = received(spark, register, *given)
    plain = rows.replace("", None)
    reasons = [
        row[ingestion.REASON]
        for row in ingestion.checked(plain, register, units).orderBy(ROW_NUMBER).collect()
    ]
    doubts = in_doubt(pl.DataFrame(rows.toArrow()), register, CODES)

    sure = [reason for reason, doubt in zip(reasons, doubts, strict=True) if not doubt]
    assert set(sure) == {None}
    # Most of what is only spelt in another way is not looked at again.
    assert len(sure) > 0.7 * reasons.count(None)
