import polars as pl

from transforms.hashing import hashed
from transforms.households import household_hashes
from transforms.packing import segment_of
from transforms.scoring.evidence import RESIDENT

HOMES = pl.Series(["h1", None, "h1", "h2", None])
RESIDENTS = pl.Series(["a", "b", "c", "d", "h2"])


def test_who_lives_together_shares_a_hash_and_nobody_shares_for_lack_of_a_household():
    first, second, third, fourth, fifth = household_hashes(HOMES, RESIDENTS)

    assert first == third
    assert len({first, second, fourth}) == 3
    assert fourth == fifth  # a resident called as a household is lies with it, and loses nothing


def test_a_pair_comes_to_the_segment_of_its_residents_household():
    people = pl.DataFrame({"household_id": HOMES, "resident_id": RESIDENTS})
    by_pair = household_hashes(HOMES, RESIDENTS).to_numpy().view("uint64")
    for segments in (1, 8, 1 << 16):
        there = segment_of(RESIDENT.hashes(people), segments).tolist()
        assert segment_of(by_pair, segments).tolist() == there


def test_only_the_highest_bits_are_told():
    whole = hashed(pl.Series(["h1"])).item() >> 48
    assert household_hashes(HOMES, RESIDENTS)[0] & ((1 << 64) - 1) == whole << 48
