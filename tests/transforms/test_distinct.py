"""What is read once a text is what is read row by row."""

import random

import polars as pl
import pytest

from transforms.distinct import once_each, read_once
from transforms.expressions import filled, iso_day

DICE = random.Random(3)
TEXTS = ["2021-08-05", " 2021-08-05 ", "5.8.2021", "", "  ", "AS 4383", "\u00a0x\u200b", None]


@pytest.mark.parametrize("kind", [pl.Categorical, pl.String])
@pytest.mark.parametrize("made", [filled, iso_day])
@pytest.mark.parametrize("known", [TEXTS, TEXTS[:-1], [None], []])
def test_every_row_has_what_its_own_text_makes(made, known, kind):
    # Other columns' categories come first: codes are no positions among these texts.
    other = pl.Series([f"other {n}" for n in range(99)], dtype=pl.Categorical)
    rows = [DICE.choice(known) for _ in range(500 if known else 0)]
    texts = pl.Series("of", rows, dtype=pl.String)
    expected = texts.to_frame().select(made(pl.col("of"))).to_series()

    found = once_each(texts.cast(kind), made)

    assert len(other) == 99
    assert found.equals(expected, check_names=True, check_dtypes=True)


@pytest.mark.parametrize("kind", [pl.Categorical, pl.String])
def test_no_text_is_read_twice(kind):
    given = []

    def read(texts):
        given.extend(texts)
        return pl.DataFrame({"size": texts.str.len_chars(), "again": texts})

    rows = pl.Series("of", ["a", "bb", None, "a", "", "bb", None], dtype=pl.String)
    found = read_once(rows.cast(kind), read)

    assert len(given) == len(set(given)) == rows.n_unique()
    assert found["again"].equals(rows)
    assert found["size"].to_list() == [1, 2, None, 1, 0, 2, None]
