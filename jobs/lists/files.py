"""The files of the lists, written by the Spark tasks that hold their rows."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame

from jobs.lists import wording
from jobs.lists.fields import Row, given_doses, shown, writable
from jobs.lists.guide import place_name
from jobs.lists.protection import Passwords, protected
from jobs.lists.workbook import About, workbook
from transforms.schemas import PUBLICATION

FORMULA = ("=", "+", "-", "@", "\t", "\r")
CSV_HEADINGS = (
    "Phần",
    "Mã dòng",
    "Loại",
    *(
        f"{label} – {state}"
        for label in wording.FIELDS.values()
        for state in ("đang ghi", "đề xuất")
    ),
    "Mức tin cậy",
    "Căn cứ",
    "Số mũi",
    "Các mũi tiêm",
    "Mã các mũi tiêm",
)
ENTRY = pa.schema(
    [(f.name, pa.int64() if f.dataType.typeName() == "long" else pa.string()) for f in PUBLICATION]
)
ROWS_AT_ONCE = 2_000


class Edition(NamedTuple):
    """What all lists of one publication share."""

    folder: str
    secret: bytes
    due: str = ""
    pilot: bool = False
    passwords: Passwords = Passwords()


def write_lists(listed: DataFrame, edition: Edition) -> DataFrame:
    """One row per file written below the edition's folder; running it is what writes the files.

    `listed` holds all rows of a list in one partition. They pass in batches that know nothing of
    lists: a nation has ten thousand, most of a few rows, and one exchange each would cost more.
    """
    write = list_writer(edition)

    def written(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        entries = [entry for part in parts_of(batches) for entry in write(part)]
        yield pa.RecordBatch.from_pylist(entries, schema=ENTRY)

    return listed.sortWithinPartitions("list", "row").mapInArrow(written, PUBLICATION)


def parts_of(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Rows in order, however they are batched, cut where another `list` or `part` begins."""
    begun: list[pa.RecordBatch] = []
    last = None
    for batch in batches:
        keys = zip(batch["list"].to_pylist(), batch["part"].to_pylist(), strict=True)
        start = 0
        for key, run in groupby(keys):
            if begun and key != last:
                yield pa.Table.from_batches(begun)
                begun = []
            length = sum(1 for _ in run)
            begun.append(batch.slice(start, length))
            start, last = start + length, key
    if begun:
        yield pa.Table.from_batches(begun)


def list_writer(edition: Edition) -> Callable[[pa.Table], list[dict[str, Any]]]:
    """A function that writes the workbook and the CSV of one part of a list, its rows in order."""

    def write(ordered: pa.Table) -> list[dict[str, Any]]:
        first = ordered.slice(0, 1).to_pylist()[0]
        whole, part = f"lists/{first['list']}", first["part"]
        stem, suffix = (whole, "") if part == 1 else (f"{whole}-{part}", f"-{part}")
        list_id = first["list_id"] + suffix
        place, commune = place_name(first), first["commune_name"]
        about = About(list_id, place, commune, edition.secret, edition.due, edition.pilot)
        text = Csv()
        kinds = pc.unique(ordered["sheet"]).to_pylist()
        book = workbook(text.passing(rows_of(ordered)), kinds, about)
        sums = {"rows": ordered.num_rows, "doses": pc.sum(ordered["doses"]).as_py()}
        common = {
            **{key: first[key] for key in ("province_code", "district_code", "commune_code")},
            **sums,
            "list_id": list_id,
            "version": book.mark.version,
        }
        password = edition.passwords.of(first["province_code"])
        entries = (
            entry(edition.folder, f"{stem}.csv", text.content()),
            book_entry(edition.folder, f"{stem}.xlsx", book.content, password),
        )
        return [common | told for told in entries]

    return write


def rows_of(table: pa.Table) -> Iterator[Row]:
    """The rows one by one; only a few thousand exist as Python objects at a time."""
    for start in range(0, table.num_rows, ROWS_AT_ONCE):
        yield from table.slice(start, ROWS_AT_ONCE).to_pylist()


def entry(folder: str, name: str, content: bytes) -> dict[str, Any]:
    """What the manifest says of a file, which is on disk when this returns."""
    write_whole(Path(folder) / name, content)
    return {
        "file": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def book_entry(folder: str, name: str, content: bytes, password: str | None) -> dict[str, Any]:
    """What the manifest says of a written workbook; with a password also the digest inside."""
    if password is None:
        return entry(folder, name, content)
    inside = {"content_sha256": hashlib.sha256(content).hexdigest()}
    return entry(folder, name, protected(content, password)) | inside


def write_whole(path: Path, content: bytes) -> None:
    """The file as a whole or not at all: a task that is repeated or runs twice does no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid4()}.partial")  # machines share process numbers
    partial.write_bytes(content)
    partial.replace(path)


class Csv:
    """The list as CSV that a spreadsheet opens: with a byte-order mark, formulas defused."""

    def __init__(self) -> None:
        self.text = StringIO()
        self.writer = csv.writer(self.text)
        self.writer.writerow(CSV_HEADINGS)

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yields the rows as they come, each written as it passes."""
        for row in rows:
            for line in shown((row,)):
                self.writer.writerow([defused(cell) for cell in csv_row(line)])
            yield row

    def content(self) -> bytes:
        return self.text.getvalue().encode("utf-8-sig")


def csv_row(row: Row) -> list[str]:
    """One correction; every value as it was typed, whatever sheet it stands on."""
    values = (
        row[f"{state}_{name}"] for name in wording.FIELDS for state in ("current", "proposed")
    )
    return [
        wording.SHEETS[row["sheet"]],
        row["correction_id"],
        row["case_class"],
        *("" if value is None else value for value in values),
        row["evidence_grade"],
        wording.reasons(row),
        str(row["doses"]),
        given_doses(row).replace("\n", "; "),
        "; ".join(row["dose_ids"]),
    ]


def csv_file(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as UTF-8 CSV with a byte-order mark; no cell begins a formula."""
    text = StringIO()
    csv.writer(text).writerows([defused(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def defused(cell: str) -> str:
    """The cell as it is written: what a spreadsheet skips must not stand before a formula."""
    said = writable(cell)
    return f"'{said}" if said.startswith(FORMULA) else said
