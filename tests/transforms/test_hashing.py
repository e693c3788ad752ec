from datetime import date

import numpy as np
import polars as pl
import pytest

from transforms.hashing import extended, hashed

TEXTS = [
    "",
    "A",
    "B",
    "AB",
    "BA",
    "\0",
    "A\0",
    "\0A",
    "NGUYỄN VĂN AN",
    "001080012345",
    "001080012354",
]


def polynomial(text):
    """The same, letter by letter."""
    base, mixer, word = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, (1 << 64) - 1
    found = sum((octet + 1) * pow(base, at, 1 << 64) for at, octet in enumerate(text.encode()))
    found &= word
    for _ in range(2):
        found = ((found ^ (found >> 32)) * mixer) & word
    return found ^ (found >> 32)


def test_a_text_is_its_polynomial_wherever_it_stands_in_the_column():
    assert hashed(pl.Series(TEXTS)).tolist() == [polynomial(text) for text in TEXTS]
    assert hashed(pl.Series(TEXTS)[3:7]).tolist() == [polynomial(text) for text in TEXTS[3:7]]


def test_hashes_stay_what_they_were_in_every_release():
    assert hashed(pl.Series(["NGUYEN VAN AN"])).tolist() == [10_377_712_699_091_378_408]
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
