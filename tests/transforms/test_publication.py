"""What the summaries tell of each place, and the one list that each row stands in."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.fake_rows import fake_rows
from transforms.publication import causes, communes, listed
from transforms.publication_rules import Publication
from transforms.schemas import CORRECTION

PLACES = ("province_code", "district_code", "commune_code")
UNITS = [
    ("01", "001", "00001", "Hà Nội", "Quận Ba Đình", "Phường Phúc Xá"),
    ("01", "001", "00004", "Hà Nội", "Quận Ba Đình", "Phường Trúc Bạch"),
]
KNOWN = dict(zip(PLACES, UNITS[0], strict=False))
ROW: dict[str, Any] = KNOWN | {
    "disposition": "wrong",
    "case_class": "c",
    "side": "platform",
    "evidence_grade": "B",
    "evidence": ["number=other"],
    "wrong_fields": ["id_number"],
    "doses": 2,
    "facility_codes": ["F1", "F2"],
    "injected_on": [date(2021, 9, 2), date(2021, 9, 1)],
}


@pytest.fixture
def units(spark: SparkSession) -> DataFrame:
    names = ("province", "district", "commune")
    return spark.createDataFrame(UNITS, [*PLACES, *names])


def rows_of(df: DataFrame, *columns: str) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in df.select(*columns).collect()}


def test_a_commune_is_one_line_with_its_people_work_and_classes(
    spark: SparkSession, units: DataFrame
) -> None:
    review = ROW | {"disposition": "review", "evidence_grade": "D", "case_class": "a"}
    some = [
        ROW | {"correction_id": "1", "person_id": "P1"},
        ROW | {"correction_id": "2", "person_id": "P1"},
        review | {"correction_id": "3"},
        ROW | {"correction_id": "4", "commune_code": None},
        ROW | {"correction_id": "5"} | dict.fromkeys(PLACES),
    ]
    told = communes(fake_rows(spark, CORRECTION, some), units, Publication())
    columns = ("list", "commune_name", "people", "rows", "doses", "minutes", "class_a", "review")
    district = "01-ha-noi/001-quan-ba-dinh"
    assert rows_of(told, *columns) == {
        (f"{district}/00001-phuong-phuc-xa", "Phường Phúc Xá", 2, 3, 6, 11, 1, 1),
        (f"{district}/khong-ro", None, 1, 1, 2, 2, 0, 0),
        ("khong-ro/khong-ro/khong-ro", None, 1, 1, 2, 2, 0, 0),
    }


def test_one_facilitys_cause_is_one_line_a_district(spark: SparkSession, units: DataFrame) -> None:
    other = ROW | {"commune_code": "00004", "injected_on": [date(2021, 10, 1)], "doses": 1}
    some = [ROW, other, ROW | dict.fromkeys(PLACES)]
    told = causes(fake_rows(spark, CORRECTION, some), units)
    columns = ("district", "facility_code", "cause", "rows", "doses", "from_day", "to_day")
    first = date(2021, 9, 1)
    assert rows_of(told, *columns) == {
        ("01-ha-noi/001-quan-ba-dinh", "F1", "number=other", 2, 3, first, date(2021, 10, 1)),
        ("khong-ro/khong-ro", "F1", "number=other", 1, 2, first, first),
    }


def test_a_list_goes_by_hamlet_then_household(spark: SparkSession, units: DataFrame) -> None:
    homes = [("Thôn 2", "H1"), ("Thôn 1", "H3"), ("Thôn 2", "H2"), ("Thôn 1", "H2"), (None, "H9")]
    some = [
        ROW | {"correction_id": str(n), "hamlet": hamlet, "household_id": home}
        for n, (hamlet, home) in enumerate(homes)
    ]
    told = listed(fake_rows(spark, CORRECTION, some), units, Publication(rows_per_file=2))
    assert rows_of(told, "row", "part", "correction_id") == {
        (1, 1, "4"), (2, 1, "3"), (3, 2, "1"), (4, 2, "0"), (5, 3, "2"),
    }  # fmt: skip


def test_hamlets_go_by_number_and_people_unknown_by_given_name(
    spark: SparkSession, units: DataFrame
) -> None:
    homes = ["Thôn 10", "Thôn 2", "Ấp 3", "Đội 1"]
    known = [ROW | {"correction_id": name, "hamlet": name} for name in homes]
    names = ["Trần Văn Tý", "Lê Thị Đào", "An Thị Đào", "Phạm Ân"]
    unknown = [
        ROW | {"disposition": "review", "correction_id": name, "current_full_name": name,
               "person_id": f"P{n}"}
        for n, name in enumerate(names)
    ]  # fmt: skip
    # Another record of somebody above stands with him, whatever name it has.
    same = unknown[0] | {"correction_id": "z", "current_full_name": "Bùi An"}

    told = listed(fake_rows(spark, CORRECTION, [*known, *unknown, same]), units, Publication())

    ordered = [row["correction_id"] for row in told.orderBy("row").collect()]
    assert ordered == ["Ấp 3", "Đội 1", "Thôn 2", "Thôn 10", "z", "Trần Văn Tý", "Phạm Ân",
                       "An Thị Đào", "Lê Thị Đào"]  # fmt: skip
