import pytest

from transforms.subgroups import age_band, name_group

GROUPS = {
    "NGUYEN THI LAN": "Nguyễn", "HUYNH VAN A": "common surname", "CHU MINH": "rare surname",
    "NONG VAN DEN": "minority shape", "GIANG A PHAO": "minority shape",
    "LY A SENH": "minority shape", "Y KRONG": "minority shape", "HO THI KPUIH": "minority shape",
    "NGUYEN HRA BDAP": "minority shape", "TRAN THI NGHIENG": "common surname",
}  # fmt: skip


def test_a_name_tells_its_group_as_far_as_it_does(spark):
    rows = [(name, name.split()[0]) for name in GROUPS] + [(None, None)]
    frame = spark.createDataFrame(rows, "name_folded string, surname_folded string")
    found = dict(frame.select("name_folded", name_group().alias("group")).collect())

    assert found == {**GROUPS, None: None}


@pytest.mark.parametrize(("year", "band"), [(2011, "0-11"), (2010, "12-17"), (1957, "65+")])
def test_age_is_that_of_the_campaign(spark, year, band):
    frame = spark.createDataFrame([(year,)], "birth_year int")

    assert frame.select(age_band()).collect()[0][0] == band
