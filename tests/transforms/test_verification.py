import datetime as dt

import pytest

from transforms.schemas import PROFILE, RESIDENT
from transforms.verification import VerificationRules, verifications

LAN = {
    "name": "NGUYỄN THỊ LAN", "name_folded": "NGUYEN THI LAN", "birth_date": dt.date(1985, 3, 7),
    "birth_year": 1985, "birth_month": 3, "birth_precision": "day", "sex": "F",
}  # fmt: skip

STRICT = VerificationRules()


def rows(spark, schema, *records):
    return spark.createDataFrame([tuple(r.get(f.name) for f in schema) for r in records], schema)


def profile(profile_id, **changes):
    return {"profile_id": profile_id, "doses": 1, "number_kind": "cccd", **LAN, **changes}


@pytest.fixture
def residents(spark):
    return rows(
        spark,
        RESIDENT,
        {"resident_id": "lan", "id_number": "001185000001", "household_id": "h", **LAN},
        {"resident_id": "minh", "id_number": "001085000002", "old_id_number": "271450001",
         **LAN, "name": "TRẦN MINH", "name_folded": "TRAN MINH"},
        {"resident_id": "mai", "id_number": "001185000003", "old_id_number": "271450001",
         **LAN, "name": "LÊ MAI", "name_folded": "LE MAI"},
    )  # fmt: skip


def verdicts(spark, residents, *profiles, rules=STRICT):
    judged = verifications(rows(spark, PROFILE, *profiles), residents, rules, 4).orderBy(
        "profile_id"
    )
    return [(r.profile_id, r.verdict, r.resident_id, r.wrong_fields) for r in judged.collect()]


def test_the_official_verdicts(spark, residents):
    found = verdicts(
        spark,
        residents,
        profile(1, number="001185000001"),
        profile(2, number="001185000001", name="NGUYEN THI LAN"),
        profile(3, number="001185000001", birth_date=dt.date(1985, 7, 3), sex="M"),
        profile(4, number="999999999991"),
        profile(5, number_kind="missing"),
        profile(6, number_kind="malformed"),
        profile(7, number_kind="passport"),
    )
    assert found == [
        (1, "verified", "lan", []),
        (2, "wrong", "lan", ["full_name"]),
        (3, "wrong", "lan", ["date_of_birth", "sex"]),
        (4, "number_unknown", None, None),
        (5, "no_number", None, None),
        (6, "malformed_number", None, None),
        (7, "foreign", None, None),
    ]


def test_of_two_owners_of_an_old_number_the_one_who_agrees_is_meant(spark, residents):
    mai = profile(1, number="271450001", number_kind="cmnd", name="LÊ MAI", name_folded="LE MAI")
    assert verdicts(spark, residents, mai) == [(1, "verified", "mai", [])]


TWINS = [{**LAN, "name": name, "name_folded": name} for name in ("AN", "BA", "CA")]


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        # An old number of a, b's present one: whoever agrees on more, then whose it is at present.
        ([("a", 0, None, "N"), ("b", 0, "N", None)], ("verified", "b", None)),
        ([("a", 0, None, "N"), ("b", 1, "N", None)], ("verified", "a", None)),
        ([("a", 2, None, "N"), ("b", 1, "N", None)], ("wrong", "b", None)),
        # Nothing tells them apart, and that is told.
        ([("b", 0, "N", None), ("a", 0, "N", None)], ("verified", "a", "b")),
        ([("c", 0, "N", None), ("b", 1, "N", None), ("a", 0, "N", None)], ("verified", "a", "c")),
        ([("b", 1, None, "N"), ("a", 2, None, "N")], ("wrong", "a", "b")),
        # Both numbers of one resident are one.
        ([("a", 0, "N", "N")], ("verified", "a", None)),
    ],
)
def test_of_several_owners_of_a_number(spark, owners, expected):
    number = {"N": "001185000001", None: None}
    held = [
        {"resident_id": who, "id_number": number[now], "old_id_number": number[old], **TWINS[at]}
        for who, at, now, old in owners
    ]
    register = rows(spark, RESIDENT, *held)
    claim = profile(1, number="001185000001", **{n: TWINS[0][n] for n in ("name", "name_folded")})

    found = verifications(rows(spark, PROFILE, claim), register, STRICT, 2).collect()

    assert [(r.verdict, r.resident_id, r.tied_resident_id) for r in found] == [expected]


def test_strictness_is_a_switch(spark, residents):
    unmarked = profile(1, number="001185000001", name="NGUYEN THI LAN", sex=None)
    lenient = VerificationRules(name="folded", require_sex=False)
    assert verdicts(spark, residents, unmarked)[0][3] == ["full_name", "sex"]
    assert verdicts(spark, residents, unmarked, rules=lenient)[0][1] == "verified"


def test_years_agree_when_neither_side_knows_more(spark, residents):
    old = {"birth_date": None, "birth_precision": "year", "birth_month": None}
    register = rows(
        spark, RESIDENT, {"resident_id": "lan", "id_number": "001185000001", **LAN, **old}
    )
    year_only = profile(1, number="001185000001", **old)
    full = profile(2, number="001185000001")
    assert [v[1] for v in verdicts(spark, register, year_only, full)] == ["verified", "wrong"]
