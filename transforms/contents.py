"""What a cell holds: rows in Arrow's stream format, or where a kernel of this machine left them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise
from tempfile import NamedTemporaryFile
from typing import IO, NamedTuple

import polars as pl
import polars.selectors as cs
import pyarrow as pa

PREFIX = "cells-"
ADDRESS = b"at "  # Arrow's streams begin with four bytes of ones
# What is compressed is copied less often: four times smaller for text, by Python, Java and disks.
# Arrow writes it: polars takes half as much time again, a part of it for sums to check by.
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)

_FILE: ContextVar[IO[bytes] | None] = ContextVar("where contents are left", default=None)


class Address(NamedTuple):
    """Where the content of a cell is."""

    file: str
    first: int
    size: int

    def told(self) -> bytes:
        return ADDRESS + f"{self.first} {self.size} {self.file}".encode()

    @classmethod
    def of(cls, told: bytes) -> "Address":
        first, size, file = told.removeprefix(ADDRESS).decode().split(" ", 2)
        return cls(file, int(first), int(size))

    def read(self) -> bytes:
        with pa.OSFile(self.file) as there:
            there.seek(self.first)
            content: bytes = there.read(self.size)
        return content


@contextmanager
def left_in(folder: str) -> Iterator[None]:
    """Whatever is `sent` meanwhile is left in a file of its own in `folder`."""
    before = _FILE.get()
    with NamedTemporaryFile(dir=folder, prefix=PREFIX, delete=False) as own:
        _FILE.set(own)
        try:
            yield
        finally:
            _FILE.set(before)


def held(rows: pa.Table) -> bytes:
    """The rows themselves."""
    memory = pa.BufferOutputStream()
    _write(rows, memory)
    content: bytes = memory.getvalue().to_pybytes()
    return content


def sent(rows: pa.Table) -> bytes:
    """The rows on their way to another task: their address where they are left."""
    file = _FILE.get()
    if file is None:
        return held(rows)
    first = file.tell()
    _write(rows, file)
    file.flush()  # an address told is one that can be read
    return Address(file.name, first, file.tell() - first).told()


def laid_out(frame: pl.DataFrame) -> pa.Table:
    """As contents have them: polars' newer layout would take along every text of the frame that
    these rows are a part of.
    """
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def in_parts(frame: pl.DataFrame, bounds: Sequence[int]) -> Iterator[pa.Table]:
    """The rows from each bound to the next.

    They are laid out before they are cut: polars would lay out the values of all lists again for
    each part. Of categories a part has its own alone, so that these are cut before.
    """
    few = frame.select(cs.categorical())
    others = laid_out(frame.drop(few.columns))
    for start, end in pairwise(bounds):
        part, own = others.slice(start, end - start), laid_out(few[start:end])
        for field in own.schema:
            part = part.append_column(field, own[field.name])
        yield part.select(frame.columns)


def _write(rows: pa.Table, sink: IO[bytes] | pa.NativeFile) -> None:
    with pa.ipc.new_stream(sink, rows.schema, options=OPTIONS) as stream:
        stream.write_table(rows)


def read(content: bytes) -> pl.DataFrame:
    """The rows of a content."""
    there = Address.of(content).read() if content.startswith(ADDRESS) else content
    return pl.read_ipc_stream(there)
