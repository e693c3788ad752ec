import polars as pl
from pyspark.sql import types as T

from transforms.exchange import Kind, applied_to_both, segments_for, sent
from transforms.packing import packed
from transforms.schemas import table

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


DAYS = Kind("days", pl.Schema({"key": pl.String(), "day": pl.Int32()}), key="key")
ADDED = table("key", key=T.StringType(), day=T.IntegerType())


def test_two_sides_meet_in_segments_and_what_one_alone_has_is_nothing(spark):
    left = spark.createDataFrame([("a", 1), ("a", 2), ("b", 3), ("d", 4)], "key string, day int")
    right = spark.createDataFrame([("a", 10), ("c", 20), ("d", 30)], "key string, day int")

    def added(ours, theirs):
        both = DAYS.arrived(ours).join(DAYS.arrived(theirs), on="key")
        return both.with_columns(day=pl.col("day") + pl.col("day_right"))

    def retold(ours, theirs):
        return added(*(cells.with_columns(kind=pl.lit("days")) for cells in (ours, theirs)))

    for segments in (1, 8):
        sides = sent(left, DAYS, segments), sent(right, DAYS, segments)
        found = applied_to_both(sides, segments, retold, ADDED)
        assert sorted(map(tuple, found.collect())) == [("a", 11), ("a", 12), ("d", 34)]
