"""Kernels that read files by themselves see what Spark sees."""

import random
from datetime import UTC, date, datetime
from itertools import chain

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs import parquet_files
from jobs.parquet_files import Place
from jobs.scratch import scratch
from jobs.segments import count
from transforms import reading, stored
from transforms.kernels import applied, applied_to_tasks, chosen
from transforms.stored import Group, StoredFile, shared

SCHEMA = "id long, name string, day date, at timestamp, several array<string>, ok boolean"
ROWS = [
    (1, "Đỗ", date(1931, 5, 1), datetime(2022, 4, 25, 12, 0, 0, 5, UTC), ["a", None], True),
    (2, None, None, None, None, None),
    (3, "", date(2021, 1, 1), datetime(1970, 1, 1, tzinfo=UTC), [], False),
]


def same(batch):
    return batch


@pytest.fixture
def frame(spark, tmp_path):
    made = spark.createDataFrame(ROWS, SCHEMA).repartition(2, "id")
    with scratch(spark, str(tmp_path / "disk")) as disk:
        yield disk.written("rows", made)


def test_a_kernel_reads_the_rows_that_spark_reads(frame):
    read = applied(frame, same, frame.schema)

    assert sorted(map(str, read.collect())) == sorted(map(str, frame.collect()))
    assert read.schema == frame.schema


def test_java_does_not_open_the_files(frame, capsys):
    applied(chosen(frame, "name"), same, frame.select("name").schema).explain()
    assert "parquet" not in capsys.readouterr().out

    applied(frame.where("id > 1"), same, frame.schema).explain()
    assert "parquet" in capsys.readouterr().out


def test_only_the_chosen_columns_are_read_in_the_order_asked_for(frame):
    seen = frame.select("day", "id").schema

    def kernel(batch):
        assert batch.columns == ["day", "id"]
        return batch

    narrow = chosen(frame, "day", "id")
    assert sorted(applied_to_tasks(narrow, kernel, seen).collect(), key=lambda row: row.id) == [
        (row[2], row[0]) for row in ROWS
    ]


def test_what_spark_wrote_is_read_alike(spark, tmp_path):
    spark.createDataFrame(ROWS, SCHEMA).write.parquet(str(tmp_path / "by-spark"))
    files = [StoredFile(str(path)) for path in (tmp_path / "by-spark").glob("*.parquet")]
    frame = parquet_files.read(spark, spark.createDataFrame(ROWS, SCHEMA).schema, files)

    found = applied(frame, same, frame.schema).collect()

    assert sorted(map(str, found)) == sorted(map(str, frame.collect()))


def test_rows_are_counted_without_a_job(frame, spark):
    assert count(frame) == len(ROWS) == count(chosen(frame, "id"))
    assert count(spark.range(7)) == 7


def test_no_files_are_no_rows(spark):
    nothing = parquet_files.read(spark, spark.createDataFrame(ROWS, SCHEMA).schema, [])

    assert count(nothing) == 0
    assert nothing.collect() == applied(nothing, same, nothing.schema).collect() == []


@pytest.mark.parametrize("cores", [1, 2, 7])
@pytest.mark.parametrize("sizes", [[], [1], [10] * 9, [1, 1, 1, 1000], [10**9] * 5])
def test_every_group_is_of_one_task_and_neighbours_stay_together(sizes, cores):
    found = [Group("file", at, 1, size) for at, size in enumerate(sizes)]

    tasks = shared(found, cores)

    assert list(chain.from_iterable(tasks)) == found
    assert all(tasks)
    if len(set(sizes)) == 1:
        assert len(tasks) >= min(cores, len(sizes))


def test_a_large_table_is_of_more_tasks(spark):
    whole = [Group("file", at, 1, stored.BYTES_OF_A_TASK // 4) for at in range(32)]
    assert [len(task) for task in shared(whole, 2)] == [4] * 8


def test_many_groups_of_a_file_are_each_read_once(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_files, "GROUP_BYTES", 1000)
    frame = spark.range(1000).repartition(1).select("id", F.lit("x").alias("text"))
    write = parquet_files._writer({"": Place(tmp_path, frame.schema)}, parquet_files._of_one_kind)
    rows = pl.DataFrame({"id": range(1000)}).with_columns(text=pl.lit("x"))
    list(
        write(
            iter(
                rows.to_arrow(compat_level=pl.CompatLevel.oldest())
                .cast(parquet_files.to_arrow_schema(frame.schema))
                .to_batches(max_chunksize=50)
            )
        )
    )
    (file,) = tmp_path.iterdir()

    read = parquet_files.read(spark, frame.schema, [StoredFile(str(file))])

    assert len(stored.groups([StoredFile(str(file))])) > 5
    found = applied(chosen(read, "id"), same, read.select("id").schema).collect()
    assert sorted(row.id for row in found) == list(range(1000))


LOW, HIGH = -(1 << 63), (1 << 63) - 1


def lying(folder, name, keys):
    """A file of these keys, 50 to a row group."""
    folder.mkdir(exist_ok=True)
    place = folder / f"{name}.parquet"
    pl.DataFrame({"profile_id": keys}, schema={"profile_id": pl.Int64}).write_parquet(
        place, row_group_size=50
    )
    return StoredFile(str(place))


def keys_of(task, side):
    schema = T.StructType().add("profile_id", "long")
    read = reading.batches(task.sides[side], schema, task.span)
    return [key for batch in read for key in batch.column(0).to_pylist()]


@pytest.fixture
def spread():
    dice = random.Random(5)
    return sorted([LOW, -1, 0, HIGH, *(dice.randint(LOW, HIGH) for _ in range(800))])


@pytest.mark.parametrize("segments", [1, 4, 8])
def test_every_row_is_of_the_one_task_whose_span_holds_its_key(tmp_path, spread, segments):
    halves = [lying(tmp_path, "b", spread[400:]), lying(tmp_path, "a", spread[:400])]
    whole = [lying(tmp_path, "c", spread[::2])]

    tasks = stored.side_by_side([halves, whole], "profile_id", segments)

    for side, expected in enumerate((spread, spread[::2])):
        found = [keys_of(task, side) for task in tasks]
        assert sorted(chain.from_iterable(found)) == expected
    for task in tasks:
        assert all(
            task.span.low <= key <= task.span.high for side in (0, 1) for key in keys_of(task, side)
        )
    assert len(tasks) == segments


def test_rows_in_no_order_do_not_lie_side_by_side(tmp_path, spread):
    shuffled = random.Random(6).sample(spread, len(spread))
    ordered, mixed = [lying(tmp_path, "a", spread)], [lying(tmp_path, "b", shuffled)]

    assert stored.side_by_side([ordered, mixed], "profile_id", 8) is None
    assert stored.side_by_side([ordered, ordered], "profile_id", 8) is not None


def test_a_file_that_tells_no_bounds_may_hold_any_key(tmp_path, spread):
    place = tmp_path / "untold.parquet"
    pl.DataFrame({"profile_id": spread}).write_parquet(place, statistics=False)

    (task,) = stored.side_by_side([[StoredFile(str(place))]], "profile_id", 1)

    assert keys_of(task, 0) == spread


def without(file, positions):
    return file._replace(gone=np.array(positions, np.uint32).tobytes())


def test_rows_that_are_gone_are_read_by_nobody(spark, tmp_path, spread):
    gone = [0, 1, 49, 50, 51, 399, 803]
    file = without(lying(tmp_path, "a", spread), gone)
    left = [key for at, key in enumerate(spread) if at not in gone]
    schema = T.StructType().add("profile_id", "long")
    read = parquet_files.read(spark, schema, [file])

    assert sorted(row.profile_id for row in read.collect()) == left
    assert sorted(row.profile_id for row in applied(read, same, schema).collect()) == left
    assert read.where("profile_id = -1").count() == left.count(-1)
    assert count(read) == len(left)
    tasks = stored.side_by_side([[file], [lying(tmp_path, "b", spread)]], "profile_id", 4)
    assert sorted(chain.from_iterable(keys_of(task, 0) for task in tasks)) == left


def test_every_row_tells_where_it_stands(tmp_path, spread):
    files = [lying(tmp_path, "a", spread), without(lying(tmp_path, "b", spread), [3, 60])]
    schema = T.StructType().add("profile_id", "long").add(stored.PLACE, "long")

    read = pl.concat(map(pl.DataFrame, reading.batches(stored.groups(files), schema)))

    expected = [(0, at) for at in range(804)] + [(1, at) for at in range(804) if at not in (3, 60)]
    places = read[stored.PLACE].to_list()
    assert [divmod(place, 1 << stored.FILE_SHIFT) for place in places] == expected
    assert read["profile_id"].to_list() == [spread[at] for _, at in expected]


def test_sparks_older_times_are_told_whatever_their_year(tmp_path):
    times = [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(2021, 8, 1, tzinfo=UTC), None]
    place = tmp_path / "times.parquet"
    table = pa.table({"at": pa.array(times, pa.timestamp("us", "UTC"))})
    pq.write_table(table, place, use_deprecated_int96_timestamps=True)
    files = [StoredFile(str(place))]
    assert stored.footer(str(place)).schema.column(0).physical_type == "INT96"

    read = reading.batches(stored.groups(files), T.StructType().add("at", "timestamp"))

    assert [at for batch in read for at in pl.DataFrame(batch)["at"]] == times
