"""CSV in which every line is a row and quotes are where they belong: kernels read it by themselves.

Java takes a line apart letter by letter, and once more to hand its row on. Whether a file is so
plain that there is only one way to read it, is seen first.
"""

from codecs import BOM_UTF8
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from jobs.sources.headers import HEADER_BYTES
from transforms.here import Batches
from transforms.kernels import of_tasks

CHUNK_BYTES = 32 * 2**20
FIELD = r'(?:[^",\r\n]*|"(?:[^"\r\n]|"")*")'
ENDING = ".csv"  # others may be packed
PLAIN = T.StructType().add("plain", "boolean")


class Chunk(NamedTuple):
    """The lines of a file that begin in these bytes of it, but the header."""

    path: str
    start: int
    end: int

    def lines(self) -> bytes:
        with Path(self.path).open("rb") as file:
            # From the byte before: a line that begins with the chunk follows the end of another.
            file.seek(max(self.start - 1, 0))
            file.readline()
            begins = file.tell()
            if begins >= self.end:
                return b""
            content = file.read(self.end - begins)
            return content if content.endswith(b"\n") else content + file.readline()


def chunks(paths: Sequence[str], sizes: Sequence[int]) -> list[Chunk]:
    """All lines of the files, in order. The header is the first line of the first chunk."""
    return [
        Chunk(path, start, min(start + CHUNK_BYTES, size))
        for path, size in zip(paths, sizes, strict=True)
        for start in range(0, size, CHUNK_BYTES)
    ]


def has_plain_header(path: str, columns: int) -> bool:
    """Whether the first line is the header, so many column names and nothing else."""
    with Path(path).open("rb") as file:
        line = file.readline(HEADER_BYTES).removeprefix(BOM_UTF8)
    return line.endswith(b"\n") and is_plain(line, columns)


def is_plain(lines: bytes, columns: int) -> bool:
    """Whether there is one way to read them: UTF-8, no line that goes on in the next, as many
    fields everywhere, quotes around whole fields and doubled within.
    """
    if not lines:
        return True
    # A reader takes a byte order mark at the beginning for no text.
    if b"\0" in lines or lines.startswith(BOM_UTF8):
        return False
    try:
        text = lines.decode()
    except UnicodeDecodeError:
        return False
    each = pl.Series([text.removesuffix("\n")]).str.split("\n").explode()
    return bool(each.str.contains(f"^{FIELD}(?:,{FIELD}){{{columns - 1}}}\r?$").all())


def are_plain(spark: SparkSession, found: Sequence[Chunk], columns: int) -> DataFrame:
    """One row per chunk."""

    def looked_at(at: int) -> Batches:
        plain = is_plain(found[at].lines(), columns)
        yield pa.RecordBatch.from_pydict({"plain": [plain]})

    return of_tasks(spark, len(found), size_of(found), looked_at, PLAIN)


def rows_of(spark: SparkSession, found: Sequence[Chunk], header: Sequence[str]) -> DataFrame:
    """The rows of plain chunks as texts, empty ones as null."""
    columns = T.StructType([T.StructField(name, T.StringType()) for name in header])
    read = partial(_rows, found, header)
    return of_tasks(spark, len(found), size_of(found), read, columns)


def size_of(found: Sequence[Chunk]) -> int:
    return sum(chunk.end - chunk.start for chunk in found)


def _rows(found: Sequence[Chunk], header: Sequence[str], at: int) -> Batches:
    lines = found[at].lines()
    if lines:
        table = pc.read_csv(
            BytesIO(lines),
            read_options=pc.ReadOptions(
                use_threads=False, block_size=len(lines), column_names=list(header)
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        yield from table.to_batches()
