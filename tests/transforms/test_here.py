"""Small frames are made on the driver as Spark would make them, and without a job of it."""

import queue
import random

import polars as pl
import pyarrow as pa
import pytest
from pyspark.sql import types as T

from jobs import parquet_files
from jobs.few import few
from jobs.narrowed import among_keys, keys_of
from jobs.scratch import scratch
from transforms import here, kernels
from transforms.exchange import (
    Kind,
    Rows,
    applied_to_both,
    applied_to_segments,
    lying,
    met,
    together,
)
from transforms.here import SETTING
from transforms.kernels import applied, chosen
from transforms.packing import CELLS, unpacked
from transforms.several import Several

SCHEMA = T.StructType().add("profile_id", "long").add("name", "string")
KIND = Kind.of_table("row", SCHEMA, "profile_id")
OTHER = KIND._replace(name="other")
LOW, HIGH = -(1 << 63), (1 << 63) - 1
DICE = random.Random(3)
ROWS = [(DICE.randint(LOW, HIGH), DICE.choice(["An", "Bình", None])) for _ in range(3000)]


@pytest.fixture(params=[True, False], ids=["here", "by Spark"])
def is_here(request, spark):
    before = spark.conf.get(SETTING)
    spark.conf.set(SETTING, str(1 << 20 if request.param else -1))
    yield request.param
    spark.conf.set(SETTING, before)


@pytest.fixture(scope="module")
def disk(spark, tmp_path_factory):
    with scratch(spark, str(tmp_path_factory.mktemp("here") / "disk")) as made:
        yield made


@pytest.fixture
def stored(disk, is_here):
    """The rows in a few files."""
    return disk.written("rows", disk.spark.createDataFrame(ROWS, SCHEMA).repartition(3))


def made_with(frame, is_here):
    """Its rows in order; a job of Spark made them, or none did."""
    context = frame.sparkSession.sparkContext
    group = f"made {random.random()}"
    context.setJobGroup(group, group)
    rows = sorted(few(frame).rows(), key=str)
    context._jsc.sc().listenerBus().waitUntilEmpty()  # jobs are told of a little later
    assert bool(context.statusTracker().getJobIdsForGroup(group)) != is_here
    assert rows == sorted(map(tuple, frame.collect()), key=str)
    return rows


def shorter(rows):
    return rows.with_columns(pl.col("name").str.slice(0, 1))


SHORT = sorted(((key, name and name[:1]) for key, name in ROWS), key=str)


def test_kernels_upon_files_and_upon_each_other(stored, is_here):
    once = applied(stored, shorter, SCHEMA)

    assert made_with(once, is_here) == SHORT
    narrow = chosen(applied(once, shorter, SCHEMA), "name")
    assert made_with(narrow, is_here) == sorted(((name,) for _, name in SHORT), key=str)


def test_tasks_that_are_done_at_once_come_in_order():
    """Whichever is done first, and each with its own number."""
    numbers = queue.SimpleQueue()

    def batches(at):
        if at == 0:  # waits until the others are done
            assert sorted(numbers.get(timeout=9) for _ in range(4)) == [1, 2, 3, 4]
        else:
            numbers.put(here.task_number())
        yield pa.RecordBatch.from_pydict({"at": [at]})

    made = here.done(lambda: map(batches, range(5)), at_once=2)

    assert [batch["at"][0].as_py() for batch in made] == list(range(5))


def test_files_of_more_bytes_are_read_by_several_tasks(stored, is_here, monkeypatch):
    whole = few(stored)
    monkeypatch.setattr(kernels, "BYTES_OF_ONE", 0)

    tasks = kernels.tasks_here(stored)

    assert (len(list(tasks())) if tasks else 0) == (2 if is_here else 0)
    assert few(stored).equals(whole)


def test_rows_that_meet(stored, is_here):
    cells = together(Rows(stored, KIND).cells(4), Rows(stored, OTHER, made=shorter).cells(4))

    def kernel(of_segment):
        both = KIND.arrived(of_segment), OTHER.arrived(of_segment)
        return both[0].join(both[1], on="profile_id", suffix="_short")

    schema = T.StructType([*SCHEMA, T.StructField("name_short", T.StringType())])
    found = made_with(applied_to_segments(cells, 4, kernel, schema), is_here)

    assert found == sorted(((key, name, name and name[:1]) for key, name in ROWS), key=str)


def test_two_sides_of_cells(stored, is_here):
    sides = Rows(stored, KIND).cells(2), Rows(stored, KIND, made=shorter).cells(2)

    def kernel(left, right):
        assert left["segment"].unique().to_list() == right["segment"].unique().to_list()
        return (
            unpacked(left)
            .join(unpacked(right), on="profile_id")
            .select("profile_id", name="name_right")
        )

    assert made_with(applied_to_both(sides, 2, kernel, SCHEMA), is_here) == SHORT


def test_rows_that_lie_side_by_side(stored, disk, is_here):
    there = disk.written("lying", lying(stored, SCHEMA, "profile_id", 4))

    def kernel(left, right):
        return left.join(shorter(right), on="profile_id").select("profile_id", name="name_right")

    made = met([Rows(there, KIND), Rows(there, OTHER)], 4, kernel, SCHEMA)
    assert made_with(made, is_here) == SHORT


def test_rows_by_their_keys(spark, stored, is_here):
    asked = pl.Series([key for key, _ in ROWS[:50]])

    found = made_with(among_keys(stored, keys_of(spark, "profile_id", asked)), is_here)

    assert found == sorted(ROWS[:50], key=str)


def test_tables_of_one_computation_are_written_alike(spark, stored, is_here, tmp_path):
    def kernel(rows):
        return {"whole": rows, "short": shorter(rows)}

    several = Several(stored, kernel, {"whole": SCHEMA, "short": SCHEMA})
    made = parquet_files.all_written(several, {"whole": tmp_path / "w", "short": tmp_path / "s"})

    back = spark.read.parquet(*(str(tmp_path / "s" / file.name) for file in made["short"]))
    assert sorted(map(tuple, back.collect()), key=str) == SHORT
    assert sum(file.rows for file in made["whole"]) == len(ROWS)


def test_what_spark_has_joined_or_what_is_large_is_its_work(spark, stored, is_here):
    some = stored.where("profile_id > 0")
    made_with(applied(some, shorter, SCHEMA), is_here=False)
    spark.conf.set(SETTING, "1000")  # bytes
    made_with(applied(stored, shorter, SCHEMA), is_here=False)


def test_no_rows_are_made_here_too(spark, stored, is_here, disk):
    none = disk.written("none", stored.where("profile_id = 5"))
    cells = Rows(none, KIND).cells(4)

    assert made_with(cells, is_here) == [] or not is_here
    assert few(applied_to_segments(cells, 4, KIND.arrived, SCHEMA)).rows() == []
    assert CELLS.names == few(cells).columns


@pytest.mark.parametrize(
    ("rows", "pieces"), [(0, []), (1, [1]), (20_000, [20_000]), (45_000, [20_000, 20_000, 5_000])]
)
def test_java_and_files_have_what_kernels_make_in_pieces(rows, pieces):
    made = pl.DataFrame({"id": range(rows), "name": ["An"] * rows}).to_arrow()
    (whole,) = made.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], made.schema)]
    wanted = pa.schema([("id", pa.int64()), ("name", pa.string())])

    found = list(here.pieces(whole, wanted))

    assert [piece.num_rows for piece in found] == pieces
    assert pa.Table.from_batches(found, wanted)["id"].to_pylist() == [*range(rows)]
