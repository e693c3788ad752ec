import random

import polars as pl
import pytest
from pyspark.sql import types as T

from jobs.scratch import scratch
from transforms.exchange import (
    Kind,
    Rows,
    applied_to_both,
    applied_to_each,
    applied_to_segments,
    met,
    segments_for,
    sent,
)
from transforms.kernels import applied_to_tasks
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
    assert [segments_for(rows, 3) for rows in (0, 900_000, 4_800_000)] == [4, 4, 8]


def test_a_kernel_of_each_cell_has_one_at_a_time(spark):
    cells = pl.concat(packed({n: ROWS[: n + 1]}) for n in range(5))
    frame = spark.createDataFrame(cells.to_arrow()).coalesce(1)

    def first(rows):
        return pl.DataFrame({"id": rows["id"][:1], "rows": [len(rows)]})

    schema = T.StructType().add("id", "string").add("rows", "long")
    found = applied_to_each(frame, first, schema).collect()

    assert sorted(map(tuple, found)) == [("r0", n + 1) for n in range(5)]


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


NUMBERS = Kind("numbers", pl.Schema({"profile_id": pl.Int64(), "name": pl.String()}), "profile_id")
OTHERS = Kind("others", pl.Schema({"profile_id": pl.Int64(), "is": pl.Int32()}), "profile_id")
BOTH = table(
    "profile_id", **{"profile_id": T.LongType(), "name": T.StringType(), "is": T.IntegerType()}
)


def beside(names, others):
    return names.join(others, on="profile_id")


def in_time(rows):
    return rows.filter(pl.col("is") > 0)


@pytest.fixture
def both_sides(spark, tmp_path):
    """Two frames that exchanges wrote, and the same two that lie nowhere."""
    dice = random.Random(3)
    ids = [dice.randint(-(1 << 63), (1 << 63) - 1) for _ in range(400)]
    names = spark.createDataFrame([(n, str(n)) for n in ids[50:]], "profile_id long, name string")
    others = spark.createDataFrame([(n, n % 3) for n in ids[:350]], "profile_id long, `is` int")
    moving = names, others
    with scratch(spark, str(tmp_path)) as disk:
        written = (
            disk.written(kind.name, applied_to_segments(
                sent(frame, kind, 8), 8, kind.arrived, frame.schema))
            for frame, kind in zip(moving, (NUMBERS, OTHERS), strict=True)
        )  # fmt: skip
        yield moving, tuple(written)


@pytest.mark.parametrize("segments", [2, 8, 16])
def test_what_lies_side_by_side_meets_without_being_moved(both_sides, segments, capsys):
    found = []
    for names, others in both_sides:
        sides = [Rows(names, NUMBERS), Rows(others, OTHERS, made=in_time)]
        made = met(sides, segments, beside, BOTH)
        made.explain()
        found.append((sorted(map(tuple, made.collect())), "Exchange" in capsys.readouterr().out))

    (moved, exchanged), (lying, exchanged_again) = found
    assert moved == lying
    assert (exchanged, exchanged_again) == (True, False)
    assert 150 < len(moved) < 300
    assert all(name == str(key) and key % 3 == rest for key, name, rest in moved)


def test_cells_on_disk_are_not_rows_with_a_key(spark, tmp_path):
    names = spark.createDataFrame(
        [(n << 50, str(n)) for n in range(9)], "profile_id long, name string"
    )
    others = spark.createDataFrame([(n << 50, 1) for n in range(9)], "profile_id long, `is` int")
    with scratch(spark, str(tmp_path)) as disk:
        cells = disk.written("cells", sent(names, NUMBERS, 4))
        unpacked = applied_to_tasks(cells, NUMBERS.arrived, names.schema)
        rows = Rows(unpacked, NUMBERS), Rows(disk.written("others", others), OTHERS)
        found = met(rows, 4, beside, BOTH).collect()

    assert sorted(row.name for row in found) == list("012345678")
