"""Dose rows collapsed in tasks and in segments, against the same rows gone through one by one."""

import random
from collections import defaultdict
from datetime import date

import pytest
from pyspark.sql import types as T

from jobs.errors import LedgerError
from jobs.standardise import shared_keys_refused
from transforms.kernels import applied
from transforms.schemas import DOSE_INPUT
from transforms.standardisation.profiles import DECLARED, distinct_or_fail, profiles

NAMES, DAYS = ("Nguyễn Văn An", "nguyen van an", None), ("2021-06-01", "2021-09-01", "", "31/12")
PLACE = {"province_code": "01", "district_code": "001", "commune_code": "00001"}


def row(dice, at):
    return {
        "dose_id": f"d{at}", "full_name": dice.choice(NAMES), "date_of_birth": "07/03/1985",
        "sex": dice.choice(("Nam", None)), "id_number": dice.choice(("001085000001", None)),
        **PLACE, "dose_number": dice.choice(("1", "2", "mũi 3", None)),
        "injected_on": dice.choice(DAYS), "facility_code": dice.choice(("F2", "F1", None)),
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
        kept["facilities"] |= {row["facility_code"]} - {None}
        if row["dose_number"] in ("1", "2") and row["injected_on"] in DAYS[:2]:
            number, day = int(row["dose_number"]), date.fromisoformat(row["injected_on"])
            kept["days"][number] = min(day, kept["days"].get(number, day))
    return {
        declared: (
            kept["doses"],
            min(kept["facilities"], default=None),
            sorted(kept["days"].items()),
        )
        for declared, kept in found.items()
    }


@pytest.mark.parametrize(("parts", "segments"), [(1, 1), (3, 4)])
def test_rows_that_declare_the_same_are_one_profile_wherever_they_lie(spark, rows, parts, segments):
    columns = ", ".join(f"{name} string" for name in DOSE_INPUT)
    frame = spark.createDataFrame([[row.get(name) for name in DOSE_INPUT] for row in rows], columns)

    made = profiles(frame.repartition(parts), {}, {}, segments).collect()

    raw = [name if name in PLACE else f"raw_{name}" for name in DECLARED]
    found = {
        tuple(profile[name] for name in raw): (
            profile.doses,
            profile.facility_code,
            list(zip(profile.dose_numbers, profile.injected_on, strict=True)),
        )
        for profile in made
    }
    assert len(made) == len({profile.profile_id for profile in made}) == len(found)
    assert found == one_by_one(rows)


def test_two_identities_of_one_key_end_the_run_and_name_nobody(spark):
    key = T.StructType().add("profile_id", "long").add("full_name", "string")
    apart = spark.createDataFrame([(1, "AN"), (2, "AN")], key).coalesce(1)
    shared = spark.createDataFrame([(1, "AN"), (1, "BA")], key).coalesce(1)

    with shared_keys_refused():
        assert applied(apart, distinct_or_fail, key).collect() == apart.collect()
    refused = pytest.raises(LedgerError, match="two declared identities share a key; report")
    with refused as error, shared_keys_refused():
        applied(shared, distinct_or_fail, key).collect()
    assert "BA" not in str(error.value).split()
    with pytest.raises(ValueError, match="another"), shared_keys_refused():
        raise ValueError("another")
