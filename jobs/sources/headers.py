"""The first row of a CSV file: its column names, and what is wrong with them.

A file without a header has a person's values there. No message tells a name but the contract's.
"""

import csv
import io
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from pyspark.sql import SparkSession

from jobs.errors import InputError
from jobs.files import DataFile, head
from jobs.sources.columns import refuse_names

HEADER_BYTES = 1 << 16
LINE_END = re.compile(r"\r*\n|\r")
QUOTED = re.compile('"[^"]*"')
LF, CR = "\n", "\r"


class Header(NamedTuple):
    """A file's column names, and what its lines end in: CR on old Macs, else LF, or CR and LF."""

    names: tuple[str, ...]
    line_end: str = LF


def header_of(spark: SparkSession, file: DataFile) -> Header:
    """The file's header; refuses a file that is empty or not UTF-8 from its first bytes."""
    start = head(spark, file.path, HEADER_BYTES)
    if not start:
        raise InputError(f"{file.shown}: the file is empty; fetch it again or take it away")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
        raise InputError(f"{file.shown}: looks like UTF-16; save it as CSV UTF-8")
    # A byte that is not UTF-8 is reported with its line further on.
    text = start.decode("utf-8-sig", errors="replace")
    try:
        names = next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:
        raise InputError(
            f"{file.shown}: its first line is no header; save it as CSV UTF-8"
        ) from None
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise InputError(f"{file.shown}: its columns are not separated by commas; save it with ','")
    end = LINE_END.search(QUOTED.sub("", text))
    old = end is not None and end[0] == CR
    filled = tuple(name.strip() or f"_c{at}" for at, name in enumerate(names))
    return Header(filled, CR if old else LF)


def refuse_header(file: DataFile, names: Sequence[str], needed: Collection[str]) -> None:
    """Raises InputError naming the file if a column it needs is missing, or any is there twice."""
    folded = {name.casefold() for name in names}
    missing = [name for name in needed if name not in folded]
    if missing:
        raise InputError(
            f"{file.shown}: no column {', '.join(missing)} in its first line; every file begins "
            "with the names of its columns"
        )
    refuse_names(file.path, names, needed)
