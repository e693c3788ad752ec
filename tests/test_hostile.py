"""A hostile nation strikes people: both registers say the same of them."""

import polars as pl
import pytest

from scripts.hostile import EMPTIED, NAME, PHONE, make_hostile

PEOPLE, ROWS = 600, 1_500


@pytest.fixture
def hostile(tmp_path):
    numbers = pl.DataFrame({"n": range(PEOPLE)})
    residents = numbers.select(
        resident_id=pl.format("R{}", "n"),
        full_name=pl.format("Name {}", "n"),
        date_of_birth=pl.lit("1985-03-04"),
        province_code=pl.lit("01"),
        district_code=pl.lit("001"),
        commune_code=pl.format("{}", 10_000 + pl.col("n")),
    )
    # Every tenth row is of nobody in the register.
    rows = pl.DataFrame({"n": range(ROWS)}).with_columns(
        of=pl.when(pl.col("n") % 10 > 0).then(pl.col("n") * 7 % PEOPLE)
    )
    truth = rows.select(dose_id=pl.format("D{}", "n"), resident_id=pl.format("R{}", "of"))
    stated = residents.with_columns(date_of_birth=pl.lit("04/03/1985"), sex=pl.lit("Nam"))
    doses = truth.join(stated, on="resident_id", how="left", maintain_order="left").select(
        "dose_id",
        pl.col(stated.columns[1:]).fill_null("said"),
        id_number=pl.lit("001085000001"),
        phone=pl.lit("0912345678"),
    )
    for name, frame in {"residents": residents, "doses": doses, "truth": truth}.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    make_hostile(tmp_path, tmp_path / "hostile")
    return {
        n: pl.read_parquet(tmp_path / "hostile" / f"{n}.parquet")
        for n in ("residents", "doses", "truth")
    }


def test_people_are_struck_in_both_registers_alike(hostile):
    own = hostile["doses"].join(hostile["truth"].drop_nulls(), on="dose_id", how="inner")
    both = own.join(hostile["residents"], on="resident_id", how="inner", suffix="_held")

    for name in ("full_name", "commune_code", "province_code"):
        filled = both.filter(pl.col(name) != "")
        assert filled[name].equals(filled[f"{name}_held"], check_names=False), name
    dated = both.filter(pl.col("date_of_birth") != "")
    turned = dated["date_of_birth"].str.split("/").list.reverse().list.join("-")
    assert turned.equals(dated["date_of_birth_held"], check_names=False)


def test_as_many_are_struck_as_the_page_says(hostile):
    residents, doses = hostile["residents"], hostile["doses"]

    assert (residents["full_name"] == NAME).sum() == PEOPLE // 50
    assert residents["date_of_birth"].str.ends_with("-01-01").sum() == PEOPLE // 12
    assert (residents["commune_code"] == "10000").sum() == PEOPLE // 2
    assert (doses["phone"] == PHONE).sum() == pytest.approx(ROWS / 20, rel=0.05)
    assert {name: (doses[name] == "").sum() for name in EMPTIED} == dict.fromkeys(
        EMPTIED, ROWS // 50
    )
