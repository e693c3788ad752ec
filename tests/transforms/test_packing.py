import random

import numpy as np
import polars as pl
import pytest

from transforms import contents
from transforms.hashing import hashed
from transforms.packing import packed, split, unpacked

ROWS = pl.DataFrame({"id": [f"r{n}" for n in range(500)], "rule": np.arange(500, dtype=np.int8)})
HASHES = hashed(ROWS["id"])


@pytest.mark.parametrize("segments", [1, 2, 16])
def test_rows_of_a_segment_travel_in_one_cell_and_none_is_lost(segments):
    cells = split(ROWS, HASHES, segments)

    assert cells["segment"].to_list() == list(range(segments))
    assert cells["rows"].sum() == len(ROWS)
    assert unpacked(cells).sort("id").equals(ROWS.sort("id"))
    for segment, cell in zip(cells["segment"], cells.partition_by("segment"), strict=True):
        of_cell = hashed(unpacked(cell)["id"]).tolist()
        assert {hash_ * segments >> 64 for hash_ in of_cell} == {segment}


def test_of_no_rows_there_is_no_cell():
    assert split(ROWS[:0], HASHES[:0], 2).is_empty()


def test_cells_keep_the_kinds_of_their_columns():
    assert unpacked(packed({3: ROWS, 4: ROWS[:0]})).schema == ROWS.schema


def test_a_cell_holds_the_texts_of_its_own_rows_alone():
    long = pl.DataFrame({"text": ["x" * 1_000] * 500})
    cells = split(long, HASHES, 16)

    assert cells["content"].bin.size().sum() < 600_000


@pytest.mark.parametrize("reach", [1 << 31, 5_000, 0])
def test_rows_of_every_kind_of_column_arrive_as_they_left(reach, monkeypatch):
    monkeypatch.setattr(contents, "REACH", reach)  # of larger frames 32 bits would not reach
    ids = pl.int_range(200, eager=True).cast(pl.String)
    rows = pl.select(
        id=ids,
        texts=pl.when(pl.int_range(200) % 3 > 0).then(pl.concat_list(ids, ids.reverse())),
        none=pl.lit([], pl.List(pl.String)),
        held=pl.struct(day=pl.date(2021, 3, 8), names=pl.concat_list(ids, pl.lit(None))),
        few=ids.cast(pl.Categorical),
        kind=pl.Series(["a", None] * 100).cast(pl.Enum(["a", "b"])),
    )
    parts = [split(some, hashed(some["id"]), 8) for some in (rows[:20], rows[20:])]
    found = unpacked(pl.concat(parts))

    assert found.sort("id").equals(rows.sort("id"))
    assert found.schema == rows.schema


def test_a_cell_holds_the_categories_of_its_own_rows_alone():
    dice = random.Random(1)
    texts = [dice.randbytes(500).hex() for _ in HASHES]
    cells = split(pl.DataFrame({"few": texts}, {"few": pl.Categorical}), HASHES, 16)

    assert cells["content"].bin.size().sum() < 2 * 500 * len(HASHES)
