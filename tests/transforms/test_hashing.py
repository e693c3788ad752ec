from datetime import date

import numpy as np
import polars as pl
import pytest

from transforms.hashing import extended, hash_of, hashed

# Of the XXH64 of XXHash's authors, with the seed 0.
KNOWN = {
    "": 0xEF46DB3751D8E999,
    "a": 0xD24EC4F1A98C6E5B,
    "abc": 0x44BC2CF5AD770999,
    "Nobody inspects the spammish repetition": 0xFBCEA83C8A378BF1,
}


def test_a_text_has_its_known_hash_wherever_it_stands_in_the_column():
    texts, hashes = pl.Series([*KNOWN]), [*KNOWN.values()]
    assert hashed(texts).tolist() == hashes
    assert hashed(texts[1:3]).tolist() == hashes[1:3]


def test_an_expression_has_the_hashes_of_its_texts_and_none_of_a_null():
    texts = pl.DataFrame({"text": [*KNOWN, None], "other": "abc"})

    found = texts.select(hash_of(pl.col("text")), filled=hash_of(pl.coalesce("text", "other")))

    assert found["text"].to_list() == [*KNOWN.values(), None]
    assert found["filled"].to_list() == [*KNOWN.values(), KNOWN["abc"]]


def test_a_column_may_have_any_name():
    assert hashed(pl.Series("^name.*$", ["abc"])).tolist() == [KNOWN["abc"]]


def test_hashes_stay_what_they_were_in_every_release():
    assert hashed(pl.Series(["NGUYEN VAN AN"])).tolist() == [10_229_273_069_445_749_880]
    assert hashed(pl.Series([1990])).tolist() == [1_160_149_767_661_736_586]


@pytest.mark.parametrize(
    "values",
    [
        [f"{number:012}" for number in range(20_000)],
        [f"{a}{b} {c}" for a in "ABCDEFGH" * 3 for b in "XY" for c in range(400)],
        list(range(-500, 20_000)),
        [date.fromordinal(700_000 + day) for day in range(20_000)],
        [0.5, -0.5, 1.0, 10.0],
    ],
    ids=lambda values: str(values[1]),
)
def test_different_values_have_different_hashes(values):
    distinct = pl.Series(values).unique()
    assert len(np.unique(hashed(distinct))) == len(distinct)


def test_a_whole_number_has_one_hash_in_every_type_that_holds_it():
    small = [0, 1, 127]
    kinds = (pl.Int8, pl.Int32, pl.Int64, pl.UInt64)
    assert len({tuple(hashed(pl.Series(small, dtype=kind)).tolist()) for kind in kinds}) == 1
    large = pl.Series([2**63 - 1, 2**63, 2**64 - 1], dtype=pl.UInt64)
    assert len({*hashed(large).tolist(), *hashed(pl.Series(small)).tolist()}) == 6


def test_nulls_shift_nobody():
    assert (
        hashed(pl.Series([None, "A", None, "B"]))[[1, 3]].tolist()
        == hashed(pl.Series(["A", "B"])).tolist()
    )
    assert hashed(pl.Series([None, None], dtype=pl.String)).shape == (2,)
    assert hashed(pl.Series([], dtype=pl.String)).shape == (0,)


def test_the_order_of_parts_counts():
    a, b = hashed(pl.Series(["A"])), hashed(pl.Series(["B"]))
    assert extended(a, b) != extended(b, a)
