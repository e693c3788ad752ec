import numpy as np
import polars as pl
import pytest

from transforms.blocking.hashing import hashed
from transforms.blocking.packing import packed, split, unpacked

ROWS = pl.DataFrame({"id": [f"r{n}" for n in range(500)], "rule": np.arange(500, dtype=np.int8)})
HASHES = hashed(ROWS["id"])


@pytest.mark.parametrize(("width", "segments"), [(16, 1), (23, 1), (24, 2), (27, 16)])
def test_rows_of_a_segment_travel_in_one_cell_and_none_is_lost(width, segments):
    cells = split(ROWS, HASHES, width)

    assert cells["segment"].to_list() == list(range(segments))
    assert cells["rows"].sum() == len(ROWS)
    assert unpacked(cells).sort("id").equals(ROWS.sort("id"))
    for segment, cell in zip(cells["segment"], cells.partition_by("segment"), strict=True):
        of_cell = hashed(unpacked(cell)["id"]).tolist()
        assert {hash_ * segments >> 64 for hash_ in of_cell} == {segment}


def test_of_no_rows_there_is_no_cell():
    assert split(ROWS[:0], HASHES[:0], 24).is_empty()


def test_cells_keep_the_kinds_of_their_columns():
    assert unpacked(packed({3: ROWS, 4: ROWS[:0]})).schema == ROWS.schema
