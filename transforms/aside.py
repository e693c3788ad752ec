"""Cells left on disk, where all kernels are on one machine: Spark moves only where they are.

Through Java each cell is copied from the process that packed it into a row, compressed again into a
shuffle's file, and by the same way back to the process that takes it out.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from tempfile import NamedTemporaryFile
from typing import NamedTuple
from weakref import WeakSet

import pyarrow as pa
from pyspark import SparkFiles
from pyspark.sql import DataFrame, SparkSession

from transforms.here import Batches
from transforms.kernels import over_batches, united
from transforms.packing import CELLS

# Whether cells are left aside: where nothing else is said, if no executor is another machine.
SETTING = "spark.doichieu.aside"
ENCRYPTED = "spark.io.encryption.enabled"  # what is left here is not
CONTENT = CELLS.names.index("content")
PREFIX = "cells-"

_LEFT: WeakSet[DataFrame] = WeakSet()


class Address(NamedTuple):
    """Where the content of a cell is."""

    file: str
    first: int
    size: int

    def told(self) -> bytes:
        return f"{self.first} {self.size} {self.file}".encode()

    @classmethod
    def of(cls, told: bytes) -> "Address":
        first, size, file = told.decode().split(" ", 2)
        return cls(file, int(first), int(size))


def left(cells: DataFrame) -> DataFrame:
    """The same cells, with addresses as their contents; cells that must travel as they are."""
    folder = folder_of(cells.sparkSession)
    if folder is None or cells in _LEFT:
        return cells
    told = over_batches(cells, partial(_written, folder), CELLS)
    _LEFT.add(told)
    return told


def together(frames: Sequence[DataFrame]) -> DataFrame:
    """The cells of all frames, left aside."""
    parts = [left(frame) for frame in frames]
    both = united(*parts)
    if all(part in _LEFT for part in parts):
        _LEFT.add(both)
    return both


def moved(cells: DataFrame, tasks: int, by: str) -> DataFrame:
    """The cells in so many tasks, by the number of each in the column `by`."""
    told = left(cells)
    there = told.repartitionById(tasks, told[by])
    return over_batches(there, _fetched, CELLS) if told in _LEFT else there


def folder_of(spark: SparkSession) -> str | None:
    """Where this session's kernels leave cells; None where cells must travel."""
    local = str(spark.sparkContext.master).startswith("local[")
    encrypted = spark.sparkContext.getConf().get(ENCRYPTED, "false") == "true"
    wanted = str(spark.conf.get(SETTING, str(local and not encrypted)))
    return SparkFiles.getRootDirectory() if wanted.lower() == "true" else None


def _written(folder: str, cells: Batches) -> Batches:
    """Each task has a file of its own: one that is done again leaves its first to nobody."""
    with NamedTemporaryFile(dir=folder, prefix=PREFIX, delete=False) as own:
        for batch in cells:
            contents = (content.as_buffer() for content in batch.column(CONTENT))
            told = [Address(own.name, own.tell(), own.write(of)).told() for of in contents]
            yield _with_contents(batch, told)


def _fetched(cells: Batches) -> Batches:
    """The cells with their contents again."""
    for batch in cells:
        yield _with_contents(batch, list(_read(map(Address.of, batch.column(CONTENT).to_pylist()))))


def _read(addresses: Iterator[Address]) -> Iterator[bytes]:
    with ExitStack() as opened:
        files: dict[str, pa.NativeFile] = {}
        for address in addresses:
            if address.file not in files:
                files[address.file] = opened.enter_context(pa.OSFile(address.file))
            files[address.file].seek(address.first)
            yield files[address.file].read(address.size)


def _with_contents(cells: pa.RecordBatch, contents: Sequence[bytes]) -> pa.RecordBatch:
    return cells.set_column(CONTENT, cells.schema.field(CONTENT), pa.array(contents, pa.binary()))
