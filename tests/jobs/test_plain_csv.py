"""What kernels read of a plain CSV is what Spark's reader says; of any other they read nothing."""

import csv
import random
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.scratch import Scratch
from jobs.sources import landed, plain_csv, read
from jobs.sources.plain_csv import Chunk, chunks, has_plain_header, is_plain
from transforms.ingestion import DOSES
from transforms.schemas import DOSE_INPUT

HEADER = [*DOSE_INPUT[::-1], "Ghi chú", "so lo"]
VALUES = [
    "", "", " ", "NGUYỄN THỊ HOÀ", "Lê, Văn", 'Tý "Chuột"', '"', " x ", "\\", "a\\", "\u00a0", "#",
    "null", "0912345678", "Nguyê\u0303n", "'", "\t", "😀", "a\ufeff", "-",
]  # fmt: skip
QUOTING = {
    "as needed": csv.QUOTE_MINIMAL,
    "everything": csv.QUOTE_ALL,
    "no numbers": csv.QUOTE_NONNUMERIC,
}


def write(path: Path, rows: list[list[str]], quoting: int, end: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=quoting, lineterminator=end).writerows([HEADER, *rows])


@pytest.mark.parametrize("size", [700, 1 << 20])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", QUOTING.values(), ids=QUOTING)
def test_kernels_read_what_spark_reads(
    spark: SparkSession, tmp_path: Path, monkeypatch, quoting: int, end: str, size: int
) -> None:
    draw = random.Random(size)
    path, at = tmp_path / "doses.csv", HEADER.index("dose_id")
    rows = [[draw.choice(VALUES) for _ in HEADER] for _ in range(40)]
    for number, row in enumerate(rows):
        row[at] = f"D{number}"
    write(path, rows, quoting, end)
    monkeypatch.setattr(plain_csv, "CHUNK_BYTES", size)

    assert read.read_plainly(spark, str(path), DOSES) is not None
    by_kernels = landed(Scratch(spark, str(tmp_path / "kernels")), str(path), DOSES)
    monkeypatch.setattr(read, "read_plainly", lambda *_: None)
    by_spark = landed(Scratch(spark, str(tmp_path / "spark")), str(path), DOSES)

    assert by_kernels.schema == by_spark.schema
    assert sorted(by_kernels.collect(), key=str) == sorted(by_spark.collect(), key=str)
    assert by_kernels.count() == len(rows)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_every_line_is_in_one_chunk(tmp_path: Path, monkeypatch, end: bytes) -> None:
    path = tmp_path / "some.csv"
    lines = [b"x" * length for length in (3, 1, 7, 2, 30, 1, 1, 12)]
    for last in (b"", end):
        path.write_bytes(end.join([b"name", *lines]) + last)
        for size in range(1, 70):
            monkeypatch.setattr(plain_csv, "CHUNK_BYTES", size)
            found = chunks([str(path)], [path.stat().st_size])
            assert b"".join(chunk.lines() for chunk in found) == end.join(lines) + last


def test_a_header_alone_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_bytes(b"a,b\n")
    assert Chunk(str(path), 0, 4).lines() == b""


@pytest.mark.parametrize(
    "lines",
    [
        b"a,b\nc\n",
        b"a,b\nc,d,e\n",
        b"a,b\n\nc,d\n",
        b'a,"b\nc",d\n',
        b'a,"b\n',
        b'a,b"c\n',
        b'a,"b"c\n',
        b'a, "b"\n',
        b'"a"",b\n',
        b"a,b\rc,d\n",
        b"a,\xe9\n",
        b"a,\0\n",
        "\ufeff,b\n".encode(),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_plain(lines: bytes) -> None:
    assert not is_plain(lines, columns=2)
    assert is_plain(b'a,b\r\n"c, ""d""",\n,""', columns=2)


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (b"a,b\n", True),
        (b"\xef\xbb\xbfa , b\r\n", True),
        (b"a,b", False),
        (b'a,"b"\n', True),
        (b'a,"b\nc"\n', False),
        (b"a,b\rc,d\re,f\n", False),
        (b"a\n", False),
    ],
)
def test_a_plain_header_is_one_line_of_names(tmp_path: Path, line: bytes, *, plain: bool) -> None:
    path = tmp_path / "header.csv"
    path.write_bytes(line)
    assert has_plain_header(str(path), columns=2) == plain
