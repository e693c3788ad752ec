import polars as pl

from transforms.exchange import Kind, segments_for
from transforms.packing import packed

ROWS = pl.DataFrame({"id": [f"r{n}" for n in range(500)]})
HOMES = Kind(
    "home", pl.Schema({"id": pl.String(), "home": pl.String()}), key="home", otherwise="id"
)


def test_rows_of_one_key_arrive_together_and_those_without_one_are_spread():
    rows = pl.DataFrame({"id": ROWS["id"], "home": ["a", "b", None, None, None] * 100})
    cells = HOMES.sent(rows, 8)
    arrived = [HOMES.arrived(cell) for cell in cells.partition_by("segment")]

    assert pl.concat(arrived).sort("id").equals(rows.sort("id"))
    for home in "ab":
        assert sum(home in segment["home"] for segment in arrived) == 1
    assert all(segment["home"].null_count() for segment in arrived)


def test_a_kind_that_nobody_sent_arrives_empty_with_its_columns():
    assert HOMES.arrived(packed({0: ROWS}, "rows")).schema == HOMES.columns


def test_segments_are_a_power_of_two_that_keeps_every_core_busy():
    assert [segments_for(rows, 3) for rows in (0, 900_000, 2_400_000)] == [4, 4, 16]
