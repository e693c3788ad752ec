"""Spark itself is the oracle."""

import random

import polars as pl
import pytest
from pyspark.sql import functions as F

from transforms import xxhash64 as module
from transforms.xxhash64 import xxhash64

NUMBERS = [0, 1, -5, 2**40 + 7, -(2**63), None]
LETTERS = "aZ09 -ạỷĐ￿😀"


def texts():
    """One of every length around words, halves and stripes, and what has no length."""
    draw = random.Random(7)
    made = ["".join(draw.choices(LETTERS, k=length)) for length in range(110)]
    return ["", None, "x" * 31, "x" * 32, "x" * 33, "x" * 64, "\0", *made]


def signed(bits):
    return bits.view("int64").tolist()


@pytest.fixture(scope="module")
def rows():
    written = texts()
    return [
        (text, written[at - 3], NUMBERS[at % 6], at - 50 if at % 7 else None)
        for at, text in enumerate(written)
    ]


@pytest.mark.parametrize("at_once", [module.AT_ONCE, 10])
@pytest.mark.parametrize("names", ["text", "other text", "long", "int", "int text long other"])
def test_the_hash_is_sparks(spark, rows, names, at_once, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", at_once)
    told = spark.createDataFrame(rows, "text string, other string, long long, int int")
    frame = pl.DataFrame(
        rows,
        schema={"text": pl.String, "other": pl.String, "long": pl.Int64, "int": pl.Int32},
        orient="row",
    )

    found = xxhash64(*(frame[name] for name in names.split()))

    assert signed(found) == [row[0] for row in told.select(F.xxhash64(*names.split())).collect()]


@pytest.mark.parametrize("usual", [0, 1, 4, 5, 8, 10, 12, 31, 32, 40])
def test_texts_that_are_mostly_of_one_size(spark, usual):
    draw = random.Random(usual)
    sizes = [usual] * 40 + [0, usual + 1, 13, 70]
    written = [("seed", "".join(draw.choices("0123456789a/", k=size))) for size in sizes]
    written += [("another", None)]
    told = spark.createDataFrame(written, "first string, second string")
    frame = pl.DataFrame(written, schema=["first", "second"], orient="row")

    found = xxhash64(frame["first"], frame["second"])

    assert signed(found) == [row[0] for row in told.select(F.xxhash64("first", "second")).collect()]


def test_a_column_of_one_row_is_that_of_all(spark):
    frame = spark.range(3).select(F.xxhash64("id", F.lit("sample")))
    ids = pl.Series(range(3), dtype=pl.Int64)

    assert signed(xxhash64(ids, pl.Series(["sample"]))) == [row[0] for row in frame.collect()]
    assert signed(xxhash64(ids.clear(), pl.Series(["sample"]))) == []


def test_what_spark_would_hash_otherwise_is_refused():
    with pytest.raises(TypeError, match="share: Float64"):
        xxhash64(pl.Series("share", [0.5]))
