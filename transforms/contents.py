"""What a cell holds: rows in Arrow's stream format, or where a kernel of this machine left them."""

from collections.abc import Iterable, Iterator, Sequence
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
# What travels is compressed: Python, Java and disks copy less. What is left on this machine is read
# once, as a rule out of memory, sooner than it would be compressed. Arrow does both: polars takes
# half as much time again, a part of it for sums to check by.
TRAVELLING = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
STAYING = pa.ipc.IpcWriteOptions(use_threads=False)
REACH = 1 << 31  # bytes, as far as 32 bits with a sign tell
ALONE = pa.ipc.IpcReadOptions(use_threads=False)

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

    def read(self) -> pa.Table:
        with pa.OSFile(self.file) as there:
            there.seek(self.first)
            return _read(there)


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
    _write(rows, memory, TRAVELLING)
    content: bytes = memory.getvalue().to_pybytes()
    return content


def sent(rows: pa.Table) -> bytes:
    """The rows on their way to another task: their address where they are left."""
    file = _FILE.get()
    if file is None:
        return held(rows)
    first = file.tell()
    _write(rows, file, STAYING)
    file.flush()  # an address told is one that can be read
    return Address(file.name, first, file.tell() - first).told()


def laid_out(frame: pl.DataFrame) -> pa.Table:
    """As contents have them: polars' newer layout would take along every text of the frame that
    these rows are a part of. Where texts and lists begin is told by 32 bits if these reach.
    """
    rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    if rows.nbytes >= REACH:
        return rows
    return rows.cast(pa.schema([field.with_type(_short(field.type)) for field in rows.schema]))


def _short(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(kind):
        return pa.list_(_short(kind.value_type))
    return {pa.large_string(): pa.string(), pa.large_binary(): pa.binary()}.get(kind, kind)


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


def read(contents: Iterable[bytes]) -> pl.DataFrame:
    """All rows of some contents, as one piece: out of many each row would be looked for."""
    tables = pa.concat_tables(map(_told, contents), promote_options="permissive")
    return pl.DataFrame(tables.combine_chunks())


def _write(
    rows: pa.Table, sink: IO[bytes] | pa.NativeFile, options: pa.ipc.IpcWriteOptions
) -> None:
    with pa.ipc.new_stream(sink, rows.schema, options=options) as stream:
        stream.write_table(rows)


def _told(content: bytes) -> pa.Table:
    if content.startswith(ADDRESS):
        return Address.of(content).read()
    return _read(pa.BufferReader(content))


def _read(source: pa.NativeFile) -> pa.Table:
    with pa.ipc.open_stream(source, options=ALONE) as stream:
        return stream.read_all()
