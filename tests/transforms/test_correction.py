from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.fake_rows import fake_rows
from transforms import schemas
from transforms.correction import (
    Correction,
    cases,
    confirmed_residents,
    corrections,
    of_people,
    with_evidence,
    with_records,
)

UNITS = [("01", "001", "00001"), ("01", "001", "00004"), ("79", "760", "26734")]
RESIDENT = {
    "resident_id": "R1",
    "id_number": "001085000111",
    "full_name": "Nguyễn Thị Hoà",
    "name": "NGUYỄN THỊ HOÀ",
    "name_folded": "NGUYEN THI HOA",
    "birth_date": date(1985, 3, 7),
    "birth_year": 1985,
    "birth_month": 3,
    "birth_precision": "day",
    "sex": "F",
    "province_code": "79",
    "district_code": "760",
    "commune_code": "26734",
    "household_id": "H1",
}
PROFILE = {
    "profile_id": 1,
    "raw_full_name": "nguyen thi hoa ",
    "name": "NGUYEN THI HOA",
    "name_folded": "NGUYEN THI HOA",
    "raw_date_of_birth": "8/3/1985",
    "birth_date": date(1985, 3, 8),
    "birth_precision": "day",
    "raw_sex": "Nam",
    "sex": "M",
    "raw_id_number": "001085000111",
    "number": "001085000111",
    "number_kind": "cccd",
    "facility_code": "F1",
    "province_code": "01",
    "district_code": "001",
    "commune_code": "00001",
}
DISPOSITION = {
    "dose_id": "d1",
    "profile_id": 1,
    "resident_id": "R1",
    "disposition": "wrong",
    "wrong_fields": ["date_of_birth"],
}
LINK = {"profile_id": 1, "match_probability": 0.99999, "evidence": ["number=equal"]}


def corrected(spark: SparkSession, **given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stage on a few rows; whatever is not given is one plain row of its table."""

    def rows(name: str, schema: Any, plain: list[dict[str, Any]]) -> DataFrame:
        return fake_rows(spark, schema, given.get(name, plain))

    dispositions = rows("dispositions", schemas.DISPOSITION, [DISPOSITION])
    frame = (
        dispositions.transform(of_people)
        .transform(cases, rows("doses", schemas.DOSE, []))
        .transform(
            with_records,
            rows("profiles", schemas.PROFILE, [PROFILE]),
            rows("residents", schemas.RESIDENT, [RESIDENT]),
        )
        .transform(
            with_evidence,
            rows("links", schemas.LINK, [LINK]),
            rows("verifications", schemas.VERIFICATION, []),
            rows("persons", schemas.PERSON, []),
        )
    )
    units = spark.createDataFrame(UNITS, ["province_code", "district_code", "commune_code"])
    result = frame.transform(corrections, confirmed_residents(dispositions), units, Correction())
    assert result.schema.names == schemas.CORRECTION.names
    return [row.asDict() for row in result.orderBy("profile_id", "disposition").collect()]


def test_only_wrong_fields_get_a_proposal(spark: SparkSession) -> None:
    [row] = corrected(
        spark,
        dispositions=[DISPOSITION | {"wrong_fields": ["date_of_birth", "sex"]}],
        doses=[
            {
                "dose_id": "d1",
                "profile_id": 1,
                "dose_number": 2,
                "injected_on": date(2021, 9, 1),
                "facility_code": "F1",
            }
        ],
    )
    values = {k: v for k, v in row.items() if k.startswith(("current_", "proposed_"))}
    assert values == {
        "current_id_number": "001085000111",
        "proposed_id_number": None,
        "current_full_name": "nguyen thi hoa ",
        "proposed_full_name": None,
        "current_date_of_birth": "8/3/1985",
        "proposed_date_of_birth": "07/03/1985",
        "current_sex": "Nam",
        "proposed_sex": "Nữ",
    }
    assert (row["dose_ids"], row["dose_numbers"], row["injected_on"], row["facility_codes"]) == (
        ["d1"],
        [2],
        [date(2021, 9, 1)],
        ["F1"],
    )
    assert row["doses"] == 1
    assert row["household_id"] == "H1"
    assert len(row["correction_id"]) == 16


def several(name: str, plain: dict[str, Any], changes: list[dict[str, Any]]) -> dict[str, Any]:
    """As many profiles as `changes`, each with its own number, resident and household."""
    numbered = [{"profile_id": i, "resident_id": f"R{i}"} for i in range(1, len(changes) + 1)]
    tables = {
        "profiles": [PROFILE | {"profile_id": n["profile_id"]} for n in numbered],
        "residents": [RESIDENT | {"resident_id": n["resident_id"]} for n in numbered],
        "dispositions": [DISPOSITION | n | {"dose_id": f"d{n['profile_id']}"} for n in numbered],
        "links": [LINK | {"profile_id": n["profile_id"]} for n in numbered],
    }
    key = "resident_id" if name == "residents" else "profile_id"
    changed = [plain | {key: n[key]} | c for n, c in zip(numbered, changes, strict=True)]
    return tables | {name: changed}


def test_class_follows_the_dispatch(spark: SparkSession) -> None:
    kinds = ["missing", "filler", None, "scientific", "passport", "cccd", "cmnd"]
    rows = corrected(spark, **several("profiles", PROFILE, [{"number_kind": k} for k in kinds]))
    assert [row["case_class"] for row in rows] == ["a", "a", "a", "b", "b", "c", "c"]


def test_a_recovered_row_is_given_its_number(spark: SparkSession) -> None:
    recovered = DISPOSITION | {"disposition": "recovered", "wrong_fields": None}
    nothing = PROFILE | {"raw_id_number": None, "number": None, "number_kind": "missing"}
    [row] = corrected(spark, dispositions=[recovered], profiles=[nothing])
    assert row["proposed_id_number"] == "001085000111"
    assert row["wrong_fields"] == ["id_number"]


def test_review_gets_no_proposal_but_counts_its_candidates(spark: SparkSession) -> None:
    open_case = DISPOSITION | {"disposition": "review", "resident_id": None}
    links = [LINK | {"candidates": 3, "match_probability": 0.6}]
    [row] = corrected(spark, dispositions=[open_case], links=links)
    assert [v for k, v in row.items() if k.startswith("proposed_")] == [None] * 4
    assert row["evidence"] == ["number=equal", "candidates=3"]
    assert (row["evidence_grade"], row["side"]) == ("D", "platform")


def test_grades(spark: SparkSession) -> None:
    given = [
        (0.99995, ["name=exact", "number=equal"]),
        (0.99995, ["name=exact", "number=absent"]),
        (0.9995, ["number=equal"]),
        (0.995, ["number=equal"]),
        (0.9, ["number=equal"]),
        (None, None),
    ]
    links = [{"match_probability": p, "evidence": e} for p, e in given]
    rows = corrected(spark, **several("links", LINK, links))
    assert [row["evidence_grade"] for row in rows] == ["A", "B", "B", "C", "D", "D"]


def test_the_list_is_the_home_commune_or_as_near_as_is_known(spark: SparkSession) -> None:
    none = {"commune_code": None, "province_code": None}
    cases_ = [
        ({}, {}, ("79", "760", "26734")),
        (none, {}, ("01", "001", "00001")),
        ({"commune_code": "99999"}, {"commune_code": None}, ("01", "001", None)),
        (none, {"commune_code": "x", "district_code": "x"}, ("01", None, None)),
        (
            none,
            {"commune_code": None, "district_code": None, "province_code": "00"},
            (None, None, None),
        ),
    ]
    tables = several("profiles", PROFILE, [profile for _, profile, _ in cases_])
    tables["residents"] = [
        known | resident
        for known, (resident, _, _) in zip(tables["residents"], cases_, strict=True)
    ]
    rows = corrected(spark, **tables)
    places = [(r["province_code"], r["district_code"], r["commune_code"]) for r in rows]
    assert places == [place for _, _, place in cases_]


def two_profiles(**other: Any) -> dict[str, list[dict[str, Any]]]:
    second = PROFILE | {"profile_id": 2, "facility_code": "F2"} | other
    return {
        "profiles": [PROFILE, second],
        "dispositions": [DISPOSITION, DISPOSITION | {"dose_id": "d2", "profile_id": 2}],
    }


def test_two_facilities_that_agree_put_the_register_in_doubt(spark: SparkSession) -> None:
    assert [r["side"] for r in corrected(spark, **two_profiles())] == ["population"] * 2


@pytest.mark.parametrize(
    "other",
    [
        {"facility_code": "F1"},  # the same facility twice is one witness
        {"birth_date": date(1985, 3, 9)},  # they do not agree with each other
        {"birth_precision": "year"},  # a year says nothing against a day
    ],
)
def test_one_witness_is_not_enough(spark: SparkSession, other: dict[str, Any]) -> None:
    assert [r["side"] for r in corrected(spark, **two_profiles(**other))] == ["platform"] * 2


def test_lost_tones_and_owned_numbers_are_no_testimony(spark: SparkSession) -> None:
    given = two_profiles()
    for row in given["dispositions"]:
        row["wrong_fields"] = ["full_name", "id_number"]
    owned = [{"profile_id": i, "resident_id": "R2"} for i in (1, 2)]
    rows = corrected(spark, **given, verifications=owned)
    assert [r["side"] for r in rows] == ["platform"] * 2


@pytest.mark.parametrize(
    ("number", "side"),
    [
        ("001085000222", "population"),  # of a man born in 1985, as the profile says it is
        ("001185000222", "platform"),  # of a woman
        ("001285000222", "platform"),  # of a man born in 2085
        ("001086000222", "platform"),  # of a man born in 1986: a row dragged down
    ],
)
def test_a_number_that_contradicts_its_own_profile_is_no_testimony(
    spark: SparkSession, number: str, side: str
) -> None:
    of_a_man = {"number": number, "sex": "M", "birth_year": 1985}
    given = two_profiles()
    given["profiles"] = [row | of_a_man for row in given["profiles"]]
    for row in given["dispositions"]:
        row["wrong_fields"] = ["id_number"]
    unknown = [{"profile_id": i, "resident_id": None} for i in (1, 2)]

    rows = corrected(spark, **given, verifications=unknown)

    assert [r["side"] for r in rows] == [side] * 2


def test_a_resident_confirmed_elsewhere_is_not_doubted(spark: SparkSession) -> None:
    given = two_profiles()
    given["dispositions"] = [
        *given["dispositions"],
        {"dose_id": "d3", "profile_id": 3, "resident_id": "R1", "disposition": "verified"},
    ]
    assert [r["side"] for r in corrected(spark, **given)] == ["platform"] * 2


def test_doubles_and_doubts_are_left_out_and_doses_are_counted(
    spark: SparkSession,
) -> None:
    rows = corrected(
        spark,
        dispositions=[
            DISPOSITION,
            DISPOSITION | {"dose_id": "d2"},
            DISPOSITION | {"dose_id": "d3", "disposition": "duplicate"},
            DISPOSITION | {"dose_id": "d4", "disposition": "unverifiable", "profile_id": 2},
            # Perhaps another person's: the sheet of doses asks for it.
            DISPOSITION
            | {
                "dose_id": "d5",
                "disposition": "review",
                "resident_id": None,
                "doubt": "two_people",
            },
        ],
    )
    assert [(r["profile_id"], r["doses"], r["dose_ids"]) for r in rows] == [(1, 2, ["d1", "d2"])]
