import random

import polars as pl
from rapidfuzz.distance import Levenshtein

from transforms.edits import edits, same_letters


def test_only_near_texts_have_a_distance():
    sides = pl.DataFrame(
        [("1234", "1234"), ("1234", "1243"), ("1234", "124"), ("1234", "4321"), (None, "1")],
        schema={"one": pl.String, "other": pl.String},
        orient="row",
    )

    found = sides.select(edits(pl.col("one"), pl.col("other"), 2)).to_series()

    assert found.to_list() == [0, 2, 1, None, None]


def test_no_row_can_be_near():
    sides = pl.DataFrame({"one": ["1", None], "other": ["12345", "1"]})

    assert (
        sides.select(edits(pl.col("one"), pl.col("other"), 1)).to_series().to_list() == [None] * 2
    )


def test_distances_are_those_of_each_pair_alone():
    draw = random.Random(7)
    texts = [["".join(draw.choices("012", k=draw.randint(0, 6))) for _ in "ab"] for _ in range(500)]
    sides = pl.DataFrame(texts, schema=["one", "other"], orient="row")
    alone = [Levenshtein.distance(*pair) for pair in texts]

    found = sides.select(edits(pl.col("one"), pl.col("other"), 2)).to_series().to_list()

    assert found == [distance if distance <= 2 else None for distance in alone]


def test_letters_are_the_same_in_any_order_where_it_is_asked():
    draw = random.Random(8)
    texts = [["".join(draw.choices("012", k=draw.randint(0, 4))) for _ in "ab"] for _ in range(500)]
    rows = [(*pair, draw.choice([True, False, None])) for pair in [*texts, (None, "0")]]
    sides = pl.DataFrame(rows, schema=["one", "other", "asked"], orient="row")

    found = sides.select(same_letters(*map(pl.col, sides.columns))).to_series().to_list()

    alike = [bool(a) and one is not None and sorted(one) == sorted(other) for one, other, a in rows]
    assert found == alike
    assert sum(alike) > 10
