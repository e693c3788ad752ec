import pytest

from jobs.administered import keep_administered
from jobs.errors import InputError
from jobs.tables import Commit, Tables

HEAD = "facility_code,injected_on,vaccine,doses\n"


def test_what_facilities_gave_is_kept_and_a_count_that_is_none_is_refused(spark, tmp_path):
    tables = Tables(spark, str(tmp_path / "warehouse"), Commit("r1"))
    good, bad = tmp_path / "given.csv", tmp_path / "bad.csv"
    good.write_text(HEAD + "00101,2021-09-01,Pfizer,120\n00102,,,7\n")
    bad.write_text(HEAD + "00101,2021-09-01,Pfizer,many\n")

    keep_administered(tables, str(good))
    with pytest.raises(InputError, match="whole number of doses"):
        keep_administered(tables, str(bad))

    rows = tables.read("administered").orderBy("facility_code").collect()
    assert [(row["facility_code"], str(row["injected_on"]), row["doses"]) for row in rows] == [
        ("00101", "2021-09-01", 120), ("00102", "None", 7),
    ]  # fmt: skip
