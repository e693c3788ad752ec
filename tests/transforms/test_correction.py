from datetime import date
from typing import Any

import polars as pl
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from tests.fake_rows import fake_rows
from transforms import schemas
from transforms.columns import dose_correction_id
from transforms.copies import COPY
from transforms.correction.by_resident import cases, corrections
from transforms.correction.rows import FOUND, STATED, Known
from transforms.correction.values import Correction, correction_ids, dose_correction_ids

CODES = ["province_code", "district_code", "commune_code"]
UNITS = pl.DataFrame(
    [("01", "001", "00001"), ("01", "001", "00004"), ("79", "760", "26734")],
    schema=CODES,
    orient="row",
)
HAMLET_ROW = schemas.table("", resident_id=schemas.STRING, hamlet=schemas.STRING)
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

    known = Known(
        rows("dispositions", schemas.DISPOSITION, [DISPOSITION]),
        rows("doses", schemas.DOSE, []),
        rows("profiles", schemas.PROFILE, [PROFILE]),
        rows("links", schemas.LINK, [LINK]),
        rows("verifications", schemas.VERIFICATION, []),
        rows("persons", schemas.PERSON, []),
        rows("findings", schemas.FINDING, []),
        rows("copies", COPY, []),
        rows("stated", STATED, []),
        rows("found", FOUND, []),
    )
    residents = rows("residents", schemas.RESIDENT, [RESIDENT])
    received = rows("received", HAMLET_ROW, []) if "received" in given else residents
    asked = cases(known, pl.Series(["real"]), segments=2, homes=4)
    result = corrections(asked, (residents, received), UNITS, Correction(), homes=4)
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


def test_a_register_that_people_found_right_is_doubted_no_more(spark: SparkSession) -> None:
    """Whom they said so of goes to the platform's sheet; whoever was not asked about waits."""
    said = [{"profile_id": 1, "upheld": "R1"}]
    rows = corrected(spark, **two_profiles(), stated=said)
    assert [r["side"] for r in rows] == ["platform", "population"]


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


@pytest.mark.parametrize(
    ("registered", "side"),
    [
        ({"sex": "F", "id_number": "001085000111"}, "population"),  # the number of a man
        ({"sex": "F", "id_number": "001185000111"}, "platform"),  # of a woman, as registered
        ({"sex": "F", "id_number": "001086000111"}, "platform"),  # of somebody born in 1986
        ({"sex": "F", "id_number": "085000111"}, "platform"),  # of nine digits, which say nothing
        ({"sex": "F", "id_number": None}, "platform"),
    ],
)
@pytest.mark.parametrize("wrong", [["sex"], ["date_of_birth", "sex"]])
def test_a_registered_sex_that_its_own_number_contradicts_is_in_doubt(
    spark: SparkSession, registered: dict[str, Any], side: str, wrong: list[str]
) -> None:
    rows = corrected(
        spark,
        residents=[RESIDENT | registered],
        dispositions=[DISPOSITION | {"wrong_fields": wrong}],
    )
    assert [r["side"] for r in rows] == [side if wrong == ["sex"] else "platform"]


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


def test_each_row_gets_its_residents_hamlet(spark: SparkSession) -> None:
    given = several("profiles", PROFILE, [{}] * 4)
    named = [("R1", " Thôn 3 "), ("R2", " "), ("R9", "Thôn 9")]
    received = [{"resident_id": resident, "hamlet": hamlet} for resident, hamlet in named]

    rows = corrected(spark, **given, received=received)

    assert [row["hamlet"] for row in rows] == ["Thôn 3", None, None, None]
    assert {row["hamlet"] for row in corrected(spark, **given)} == {None}


def test_what_people_wrote_stands_beside_their_record(spark: SparkSession) -> None:
    [row] = corrected(spark, stated=[{"profile_id": 1, "stated": "08/03/1985"}])
    assert row["stated"] == "08/03/1985"


def test_whom_a_review_may_be_about_is_shown_whole_at_home_only(spark: SparkSession) -> None:
    """The list goes to 00001: there one candidate lives, the other one elsewhere."""
    open_case = DISPOSITION | {"disposition": "review", "resident_id": None}
    known = {"profile_id": 1, "id_number": "001085000111", "evidence": ["name=exact"]}
    found = [
        known | {"rank": 2, "resident_id": "R2", "commune_code": "26734", "correction_id": "k2"},
        known | {"rank": 1, "resident_id": "R1", "commune_code": "00001", "correction_id": "k1"},
    ]

    [row] = corrected(spark, dispositions=[open_case], found=found)

    assert [(one.correction_id, one.resident_id, one.id_number) for one in row["candidates"]] == [
        ("k1", "R1", "001085000111"),
        ("k2", "R2", "********0111"),
    ]
    [plain] = corrected(spark)
    assert plain["candidates"] == []


def test_nobody_is_at_home_where_no_commune_is_known(spark: SparkSession) -> None:
    nowhere = {"commune_code": None, "district_code": None, "province_code": None}
    found = [{"profile_id": 1, "rank": 1, "resident_id": "R1", "id_number": "001085000111"}]
    [row] = corrected(
        spark,
        profiles=[PROFILE | nowhere],
        dispositions=[DISPOSITION | {"disposition": "review", "resident_id": None}],
        found=found,
    )
    assert row["commune_code"] is None
    assert [one.id_number for one in row["candidates"]] == ["********0111"]


def test_keys_are_those_that_spark_makes(spark: SparkSession) -> None:
    pairs = [(1, "R1"), (-7, None), (2**62, "Đ")]
    frame = spark.createDataFrame(pairs, "profile_id long, resident_id string")
    key = F.concat_ws("|", "profile_id", F.coalesce("resident_id", F.lit("")))
    dose = dose_correction_id(F.lit("finding"), F.coalesce("resident_id", F.lit("")))
    told = frame.select(F.substring(F.sha2(key, 256), 1, 16).alias("key"), dose.alias("dose"))

    profiles, residents = (pl.Series(values) for values in zip(*pairs, strict=True))
    keys = correction_ids(profiles, residents)
    doses = dose_correction_ids(pl.Series(["finding"] * 3), residents.fill_null(""))

    assert list(zip(keys, doses, strict=True)) == [tuple(row) for row in told.collect()]
