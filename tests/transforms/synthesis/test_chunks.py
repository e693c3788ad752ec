"""Kernels of a small nation, run without Spark: the same rows however it is cut."""

from types import SimpleNamespace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jobs.calibration import find_cuts
from jobs.synthesise import load_reference
from transforms.synthesis import chunks
from transforms.synthesis.chunks import Nation
from transforms.synthesis.world import World

RESIDENTS = 4_000


@pytest.fixture(scope="module")
def world(reference):
    return World(RESIDENTS, 3, load_reference(reference))


def made(world, size, monkeypatch):
    """Residents, doses and truth of a nation cut into chunks of so many people."""
    monkeypatch.setattr(chunks, "SMALLEST", size)
    monkeypatch.setattr(chunks, "LARGEST", size)
    nation = Nation(SimpleNamespace(value=world))
    known = pl.DataFrame({"chunk": range(nation.chunks)})
    known = known.join(starts(product("DEALT", nation, known)), on="chunk", how="left")
    cuts = find_cuts(product("SKELETON", nation, known).lazy(), world)
    nation = Nation(nation.shared, cuts)
    residents = product("RESIDENTS", nation, known)
    lenders = product("LENDERS", nation, known).join(residents, on="resident_id")
    lent = pl.struct("lender", lent_number="id_number")
    known = known.join(lenders.group_by("chunk").agg(loans=lent), on="chunk", how="left")
    later = {name: product(name, nation, known) for name in ("DOSES", "TRUTH")}
    return {"RESIDENTS": residents} | later


def product(name, nation, known):
    wanted = getattr(chunks, name)
    return chunks._each(wanted.made, nation, known).select(wanted.schema.names)


def starts(dealt):
    before = pl.col("pairs").cum_sum().over("prefix", order_by="chunk") - pl.col("pairs")
    dealt = dealt.with_columns(start=before)
    return dealt.group_by("chunk").agg(starts=pl.struct("prefix", "start"))


@pytest.fixture(scope="module")
def nation(world):
    with pytest.MonkeyPatch.context() as patch:
        return made(world, 100 * chunks.BLOCK, patch)


@pytest.mark.slow
def test_a_nation_is_the_same_however_it_is_cut(world, nation, monkeypatch):
    finely = made(world, 17 * chunks.BLOCK, monkeypatch)
    for name, rows in nation.items():
        assert_frame_equal(finely[name], rows, check_row_order=False)


def test_numbers_and_keys_are_unique(nation):
    residents, doses = nation["RESIDENTS"], nation["DOSES"]
    assert residents.height == RESIDENTS
    for frame, key in ((residents, "resident_id"), (residents, "id_number"), (doses, "dose_id")):
        assert frame[key].is_unique().all()
    assert residents["id_number"].str.contains(r"^\d{12}$").all()


def test_every_row_has_its_truth(nation):
    doses, truth = nation["DOSES"], nation["TRUTH"]
    assert set(truth["dose_id"]) == set(doses["dose_id"])
    known = truth["resident_id"].drop_nulls()
    assert known.is_in(nation["RESIDENTS"]["resident_id"].to_list()).all()
    originals = truth["duplicate_of"].drop_nulls()
    assert originals.len() > 0
    assert not originals.is_in(
        truth.filter(pl.col("trap") == "dup_dose")["dose_id"].to_list()
    ).any()


def test_who_is_right_is_written_as_in_the_register(nation):
    doses, truth = nation["DOSES"], nation["TRUTH"]
    rows = doses.join(truth, on="dose_id").join(
        nation["RESIDENTS"], on="resident_id", suffix="_listed"
    )
    right = rows.filter((pl.col("truth_class") == "verified") & (pl.col("trap") != "merged"))
    listed = (pl.col("id_number") == pl.col("id_number_listed")) | (
        pl.col("id_number") == pl.col("old_id_number")
    )
    assert right.height > RESIDENTS / 20
    assert right.select(listed.all()).item()


def test_a_lent_number_is_a_residents_own(nation):
    lent = (
        nation["TRUTH"]
        .filter(pl.col("trap") == "stranger_number")
        .join(nation["DOSES"], on="dose_id")
    )
    assert lent.height > 0
    assert lent["id_number"].is_in(nation["RESIDENTS"]["id_number"].to_list()).all()
