"""What executors write is what Spark reads."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from pyspark.sql import functions as F

from jobs import parquet_files
from jobs.parquet_files import Place, written
from transforms import here
from transforms.kernels import applied, chosen
from transforms.stored import StoredFile

SCHEMA = """text string, number long, small int, day date, at timestamp, sure boolean, share double,
    price decimal(10,2), raw binary, list array<string>, pair struct<name: string, n: int>,
    pairs array<struct<name: string, n: int>>, by_name map<string, long>"""
FILLED = (
    "Nguyễn", 2**40, 7, date(1931, 5, 1), datetime(2022, 4, 25, 12, 0, 0, 5, UTC), True, 0.1,
    Decimal("1.50"), b"\x00\xff", ["a", None], ("x", 1), [("y", None)], {"k": 2},
)  # fmt: skip
MISSING = (None,) * len(FILLED)


def read_back(spark, frame, folder):
    files = written(frame, folder)
    paths = [str(folder / file.name) for file in files]
    return files, spark.read.schema(frame.schema).parquet(*paths)


def test_every_type_and_every_missing_value_comes_back(spark, tmp_path):
    frame = spark.createDataFrame([FILLED, MISSING], SCHEMA)

    _, found = read_back(spark, frame, tmp_path)

    assert sorted(map(str, found.collect())) == sorted(map(str, frame.collect()))
    assert found.schema == frame.schema


def test_spark_moves_nothing_for_the_sake_of_rows_that_are_not_there(spark, tmp_path):
    none = parquet_files.read(spark, spark.range(0).schema, [])
    known = parquet_files.read(spark, *stored_range(spark, tmp_path))

    for how in ("left_semi", "left_anti", "inner", "left"):
        joined = known.join(none, on="id", how=how)
        assert "Exchange" not in joined._jdf.queryExecution().toString()
        assert joined.count() == (5 if how in ("left_anti", "left") else 0)


def stored_range(spark, folder):
    frame = spark.range(5)
    return frame.schema, [StoredFile(str(folder / file.name)) for file in written(frame, folder)]


def test_a_file_is_named_with_its_rows_and_size_and_no_rows_make_none(spark, tmp_path):
    frame = spark.range(10).where("id % 5 < 2").repartitionById(5, F.col("id").cast("int"))
    files, found = read_back(spark, frame, tmp_path)

    assert sorted(row.id for row in found.collect()) == [0, 1, 5, 6]
    assert len(files) == 2
    assert {file.name: file.size for file in files} == {
        path.name: path.stat().st_size for path in tmp_path.iterdir()
    }
    assert [file.rows for file in files] == [
        pq.ParquetFile(tmp_path / file.name).metadata.num_rows for file in files
    ]


def stored(frame, folder, *, gone=b"", given=False):
    files = [StoredFile(str(folder / file.name), gone, given) for file in written(frame, folder)]
    return parquet_files.read(frame.sparkSession, frame.schema, files), files


def inodes(folder):
    return {path.stat().st_ino for path in folder.iterdir()}


def test_files_that_are_as_they_would_be_written_are_not_written_again(spark, tmp_path):
    before, folders = (
        spark.range(10).selectExpr("id", "id * 2 as twice"),
        [tmp_path / "a", tmp_path / "b"],
    )
    frame, _ = stored(before, folders[0])

    files, found = read_back(spark, frame, folders[1])

    assert sorted(map(tuple, found.collect())) == [(n, 2 * n) for n in range(10)]
    assert inodes(folders[0]) == inodes(folders[1])
    assert sum(file.rows for file in files) == 10
    assert {file.name: file.size for file in files} == {
        path.name: path.stat().st_size for path in folders[1].iterdir()
    }


def test_what_cannot_have_a_second_name_is_copied(spark, tmp_path, monkeypatch):
    def refused(path, other):
        raise OSError(f"{path}: another disk than {other}")

    monkeypatch.setattr(parquet_files.Path, "hardlink_to", refused)
    frame, _ = stored(spark.range(10), tmp_path / "a")

    _, found = read_back(spark, frame, tmp_path / "b")

    assert sorted(row.id for row in found.collect()) == [*range(10)]
    assert not inodes(tmp_path / "a") & inodes(tmp_path / "b")


def test_what_somebody_else_may_write_again_is_copied(spark, tmp_path):
    register, _ = stored(spark.range(10), tmp_path / "given", given=True)

    _, found = read_back(spark, chosen(register, "id"), tmp_path / "table")

    assert sorted(row.id for row in found.collect()) == [*range(10)]
    assert not inodes(tmp_path / "given") & inodes(tmp_path / "table")


def test_files_of_which_rows_or_columns_are_left_out_are_written_anew(spark, tmp_path):
    whole = spark.range(10).coalesce(1).selectExpr("id", "id * 2 as twice")
    lacking, _ = stored(whole, tmp_path / "a", gone=np.array([0, 3], np.uint32).tobytes())
    narrow = chosen(stored(whole, tmp_path / "b")[0], "twice")
    turned = chosen(stored(whole, tmp_path / "c")[0], "twice", "id")

    for at, (frame, rows) in enumerate([(lacking, 8), (narrow, 10), (turned, 10)]):
        files, found = read_back(spark, frame, tmp_path / str(at))
        assert sum(file.rows for file in files) == found.count() == rows
        assert pq.read_schema(tmp_path / str(at) / files[0].name).names == frame.columns
        assert sorted(row.twice for row in found.collect())[-rows:] == [
            2 * n for n in range(10) if rows == 10 or n not in (0, 3)
        ]


@pytest.mark.parametrize("batch", [10, 400, 1000])
def test_rows_are_written_in_groups_of_bounded_size(tmp_path, monkeypatch, batch):
    monkeypatch.setattr(parquet_files, "GROUP_BYTES", 100 * 8)
    monkeypatch.setattr(here, "ROWS_OF_A_PIECE", 10)
    batches = pl.DataFrame({"n": range(1000)}).to_arrow().to_batches(max_chunksize=batch)
    place = Place(tmp_path, parquet_files.T.StructType().add("n", "long"))
    write = parquet_files._writer({"": place}, parquet_files._of_one_kind)

    (told,) = write(iter(batches))

    (name,) = told["name"].to_pylist()
    found = pq.ParquetFile(tmp_path / name)
    groups = [found.metadata.row_group(at).num_rows for at in range(found.num_row_groups)]
    assert groups == [100] * 10
    assert found.read()["n"].to_pylist() == list(range(1000))


@pytest.mark.parametrize("rows", [0, 1, 70_000])
def test_what_a_kernel_makes_is_written_where_it_is_made(spark, tmp_path, rows):
    def doubled(batch):
        return batch.with_columns(pl.col("id") * 2)

    source = spark.range(rows)
    made = applied(applied(source, doubled, source.schema), doubled, source.schema)

    files, found = read_back(spark, made, tmp_path) if rows else (written(made, tmp_path), made)

    assert sum(file.rows for file in files) == rows
    assert sorted(row.id for row in found.collect()) == [4 * n for n in range(rows)]


@pytest.mark.parametrize("different", [300, 1_000, 4_000, 30_000])
def test_spark_finds_a_text_in_any_column(spark, tmp_path, different):
    texts = [(f"D{at * 7919 % 1_000_003:010}",) for at in range(different)] * 2
    _, found = read_back(spark, spark.createDataFrame(texts, "dose_id string"), tmp_path)

    assert found.where(F.col("dose_id") == texts[different // 2][0]).count() == 2
