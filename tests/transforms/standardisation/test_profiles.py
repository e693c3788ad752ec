"""Dose rows collapsed in tasks and in segments, against the same rows gone through one by one."""

import random
from collections import Counter, defaultdict
from datetime import date

import polars as pl
import pytest

from jobs.errors import LedgerError
from jobs.standardise import shared_keys_refused
from tests.fake_rows import fake_rows
from transforms import schemas
from transforms.kernels import applied
from transforms.schemas import DOSE_INPUT, LONG, STRING
from transforms.standardisation.profiles import (
    DECLARED,
    distinct_or_fail,
    facilities,
    standardised,
)

NAMES, DAYS = ("Nguyễn Văn An", "nguyen van an", None), ("2021-06-01", "2021-09-01", "", "31/12")
NUMBERS = {"1": 1, "2.0": 2, "Mũi 3": 3}  # of the others nobody knows which dose it is
PLACE = {"province_code": "01", "district_code": "001", "commune_code": "00001"}


def row(dice, at):
    return {
        "dose_id": f"d{at}", "full_name": dice.choice(NAMES), "date_of_birth": "07/03/1985",
        "sex": dice.choice(("Nam", None)), "id_number": dice.choice(("001085000001", None)),
        **PLACE, "dose_number": dice.choice(("1", "2.0", "Mũi 3", "nhắc lại 1", None)),
        "injected_on": dice.choice(DAYS),
        "facility_code": dice.choice(("F2", " F1", "F1", "NULL", None)),
    }  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    dice = random.Random(3)
    return [row(dice, at) for at in range(300)]


def one_by_one(rows):
    """Rows, the least facility and the first day of each dose number, by declared text."""
    found = defaultdict(lambda: {"doses": 0, "facilities": set(), "days": {}})
    for row in rows:
        kept = found[tuple(row.get(name) for name in DECLARED)]
        kept["doses"] += 1
        kept["facilities"] |= {(row["facility_code"] or "NULL").strip()} - {"NULL"}
        number = NUMBERS.get(row["dose_number"])
        if number and row["injected_on"] in DAYS[:2]:
            day = date.fromisoformat(row["injected_on"])
            kept["days"][number] = min(day, kept["days"].get(number, day))
    return {
        declared: (
            kept["doses"],
            min(kept["facilities"], default=None),
            sorted(kept["days"].items()),
        )
        for declared, kept in found.items()
    }


@pytest.mark.parametrize("unknown", [(), ("facility_code", "injected_on")])
@pytest.mark.parametrize(("parts", "segments"), [(1, 1), (3, 4)])
def test_rows_that_declare_the_same_are_one_profile_wherever_they_lie(
    spark, rows, parts, segments, unknown
):
    rows = [row | dict.fromkeys(unknown) for row in rows]
    columns = ", ".join(f"{name} string" for name in DOSE_INPUT)
    frame = spark.createDataFrame([[row.get(name) for name in DOSE_INPUT] for row in rows], columns)

    both = standardised(frame.repartition(parts), {}, {}, segments)
    made, doses = (pl.DataFrame(both.only(name).toArrow()) for name in ("profiles", "doses"))

    raw = [name if name in PLACE else f"raw_{name}" for name in DECLARED]
    found = {
        tuple(profile[name] for name in raw): (
            profile["doses"],
            profile["facility_code"],
            list(zip(profile["dose_numbers"], profile["injected_on"], strict=True)),
        )
        for profile in made.to_dicts()
    }
    assert len(made) == made["profile_id"].n_unique() == len(found)
    assert found == one_by_one(rows)
    ids = {tuple(row[name] for name in raw): row["profile_id"] for row in made.to_dicts()}
    given = {row["dose_id"]: tuple(row.get(name) for name in DECLARED) for row in rows}
    said = dict(doses.select("dose_id", "dose_number").iter_rows())
    assert said == {row["dose_id"]: NUMBERS.get(row["dose_number"]) for row in rows}
    assert dict(doses.select("dose_id", "profile_id").iter_rows()) == {
        dose_id: ids[declared] for dose_id, declared in given.items()
    }


@pytest.mark.parametrize(("parts", "segments"), [(1, 1), (4, 4)])
def test_a_facility_stands_where_more_than_half_of_its_dose_rows_are_of(spark, parts, segments):
    dice = random.Random(5)
    known = [
        {"profile_id": at, "doses": dice.randrange(1, 4), "facility_code": dice.choice("ABCD"),
         "province_code": "01", "district_code": "001",
         "commune_code": dice.choice(("00001", "00001", "00001", "00002", None))}
        for at in range(200)
    ]  # fmt: skip
    frame = fake_rows(spark, schemas.PROFILE, known).repartition(parts)
    found = {row.facility_code: row.asDict() for row in facilities(frame, segments).collect()}

    for code in "ABCD":
        doses = Counter()
        for row in known:
            if row["facility_code"] == code and row["commune_code"]:
                doses[row["commune_code"]] += row["doses"]
        commune, most = doses.most_common(1)[0]
        assert found[code]["doses"] == doses.total()
        stands = 2 * most > doses.total()
        assert found[code]["facility_commune"] == (commune if stands else None)
        assert found[code]["facility_province"] == ("01" if stands else None)


def test_two_identities_of_one_key_end_the_run_and_name_nobody(spark):
    key = schemas.table("", profile_id=LONG, **dict.fromkeys(DECLARED, STRING))
    blank = (None,) * (len(DECLARED) - 1)
    apart, shared = (
        spark.createDataFrame([(1, "AN", *blank), *others], key).coalesce(1)
        for others in (
            [(1, "AN", *blank), (2, "AN", *blank), (3, None, *blank)],
            [(1, "BA", *blank)],
        )
    )

    with shared_keys_refused():
        assert applied(apart, distinct_or_fail, key).collect() == apart.collect()
    refused = pytest.raises(LedgerError, match="two declared identities share a key; report")
    with refused as error, shared_keys_refused():
        applied(shared, distinct_or_fail, key).collect()
    assert "BA" not in str(error.value).split()
    with pytest.raises(ValueError, match="another"), shared_keys_refused():
        raise ValueError("another")
