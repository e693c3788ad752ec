from datetime import date

import pytest

from tests.fake_rows import fake_rows
from transforms.classification import DOUBT, Known, dispositions, linked_wrong_fields
from transforms.copies import copies
from transforms.schemas import (
    DISPOSITION,
    DOSE,
    DOSE_EVENT,
    LINK,
    PERSON,
    PROFILE,
    RESIDENT,
    VERIFICATION,
)

OWN = {
    "name": "LÊ THỊ HOA",
    "birth_date": date(1980, 3, 12),
    "birth_year": 1980,
    "birth_precision": "day",
    "sex": "F",
}
NUMBER, OLD = "001180000001", "012345678"


def linked(profile_id: int) -> dict[str, object]:
    return {"profile_id": profile_id, "decision": "linked", "resident_id": "r"}


@pytest.fixture
def resident(spark):
    return fake_rows(
        spark, RESIDENT, [{"resident_id": "r", "id_number": NUMBER, "old_id_number": OLD, **OWN}]
    )


def test_wrong_fields_are_where_profile_and_resident_differ(spark, resident):
    declared = [
        {"number": NUMBER},
        {"number": OLD},
        {"number": "001180000002"},
        {"number": None},
        {"number": NUMBER, "name": "LÊ THỊ HOÀ"},
        {"number": NUMBER, "name": None},
        {"number": NUMBER, "sex": None},
        {"number": NUMBER, "sex": "M"},
        {"number": NUMBER, "birth_date": date(1980, 12, 3)},
        {"number": NUMBER, "birth_date": None, "birth_precision": "year"},
        {"number": OLD[:8], "name": "LÊ HOA", "sex": "M", "birth_date": None},
    ]
    profiles = [{"profile_id": n, **OWN, **row} for n, row in enumerate(declared)]
    links = fake_rows(spark, LINK, [linked(n) for n in range(len(declared))])

    found = linked_wrong_fields(links, fake_rows(spark, PROFILE, profiles), resident, 2).collect()

    assert {row.profile_id: row.wrong_fields for row in found} == {
        0: [],
        1: [],
        2: ["id_number"],
        3: ["id_number"],
        4: ["full_name"],
        5: ["full_name"],
        6: [],
        7: ["sex"],
        8: ["date_of_birth"],
        9: ["date_of_birth"],
        10: ["id_number", "full_name", "date_of_birth", "sex"],
    }


def test_two_birth_years_without_a_day_agree(spark):
    vague = {**OWN, "birth_date": None, "birth_precision": "year"}
    resident = fake_rows(spark, RESIDENT, [{"resident_id": "r", "id_number": NUMBER, **vague}])
    new_year = {**OWN, "birth_date": date(1980, 1, 1), "birth_precision": "year"}
    rows = [vague, new_year, {**vague, "birth_year": 1981}]
    profiles = [{"profile_id": n, "number": NUMBER, **row} for n, row in enumerate(rows)]
    links = fake_rows(spark, LINK, [linked(n) for n in range(len(rows))])

    found = linked_wrong_fields(links, fake_rows(spark, PROFILE, profiles), resident, 2).collect()

    assert {row.profile_id: row.wrong_fields for row in found} == {
        0: [],
        1: [],
        2: ["date_of_birth"],
    }


def test_every_dose_row_gets_the_disposition_of_its_profile_or_is_a_duplicate(spark, resident):
    # profile: (verdict, decision, number_kind, number, the person's resident)
    told = {
        1: ("verified", None, "cccd", NUMBER, "r"),
        2: ("wrong", "linked", "cccd", "001180000002", "r"),
        3: ("number_unknown", "linked", "cmnd", OLD, "r"),
        4: ("no_number", "linked", "missing", None, "r"),
        5: ("malformed_number", "linked", "malformed", None, "r"),
        6: ("wrong", "review", "cccd", NUMBER, None),
        7: ("foreign", "unlinked", "passport", None, None),
        8: ("foreign", "review", "passport", None, None),
        9: ("no_number", "unlinked", "missing", None, None),
        10: ("no_number", None, "missing", None, None),
    }
    columns = ("verdict", "decision", "number_kind", "number", "resident_id")
    rows = [
        {"profile_id": n, **dict(zip(columns, values, strict=True))} for n, values in told.items()
    ]

    def table(schema, *names):
        kept = [{k: row[k] for k in ("profile_id", *names)} for row in rows if row[names[0]]]
        return fake_rows(spark, schema, kept)

    declared = [
        {
            **OWN,
            "profile_id": r["profile_id"],
            "number": r["number"],
            "number_kind": r["number_kind"],
        }
        for r in rows
    ]
    links = table(LINK, "decision", "resident_id")
    profiles = fake_rows(spark, PROFILE, declared)
    doses = [{"dose_id": f"d{n}", "profile_id": n, "province_code": "01"} for n in told]
    doses += [{"dose_id": "copy", "profile_id": 2}]
    doses += [{"dose_id": f"torn{n}", "profile_id": n} for n in (1, 2, 6, 10)]
    events = [
        {"dose_id": "d1", "dose_ids": ["copy", "d1"], "profile_ids": [2, 1], "dose_rows": 2},
        {"dose_id": "d2", "dose_ids": ["d2"], "profile_ids": [2], "dose_rows": 1},
    ]
    torn = [{"dose_id": f"torn{n}", "profile_id": n, "doubt": "two_people"} for n in (1, 2, 6, 10)]
    known = Known(
        fake_rows(spark, PERSON, [{k: r[k] for k in ("profile_id", "resident_id")} for r in rows]),
        table(VERIFICATION, "verdict"),
        links,
        profiles,
        linked_wrong_fields(links, profiles, resident, 2),
        copies(fake_rows(spark, DOSE_EVENT, events), 2),
        fake_rows(spark, DOUBT, torn),
    )

    decided = dispositions(fake_rows(spark, DOSE, doses), known, "run-1", 2)

    assert decided.schema.names == DISPOSITION.names
    assert {
        tuple(row) for row in decided.select("dose_id", "disposition", "resident_id").collect()
    } == {
        ("d1", "verified", "r"),
        ("d2", "wrong", "r"),
        ("d3", "verified", "r"),
        ("d4", "recovered", "r"),
        ("d5", "recovered", "r"),
        ("d6", "review", None),
        ("d7", "foreign", None),
        ("d8", "review", None),
        ("d9", "unverifiable", None),
        ("d10", "unverifiable", None),
        ("copy", "duplicate", "r"),
        ("torn1", "review", None),
        ("torn2", "review", None),
        ("torn6", "review", None),
        ("torn10", "unverifiable", None),
    }
    by_dose = {row.dose_id: row for row in decided.collect()}
    assert by_dose["d2"].wrong_fields == by_dose["d4"].wrong_fields == ["id_number"]
    assert by_dose["copy"].wrong_fields == by_dose["d9"].wrong_fields == []
    assert by_dose["copy"].duplicate_of == "d1"
    # Profile 6 is to review anyway, profile 10 is nobody's: there the doses change nothing.
    assert {name: by_dose[name].doubt for name in ("d1", "torn1", "torn2", "torn6", "torn10")} == {
        "d1": None, "torn1": "two_people", "torn2": "two_people", "torn6": None, "torn10": None,
    }  # fmt: skip
    assert by_dose["torn2"].wrong_fields == []
    assert by_dose["copy"].province_code is None
    assert {row.run_id for row in by_dose.values()} == {"run-1"}
