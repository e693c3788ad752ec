"""The files of one list, written by the Spark task that holds its rows."""

import csv
import hashlib
import os
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.lists import wording
from jobs.lists.fields import Row, given_doses, part_of
from jobs.lists.workbook import workbook
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
)
ENTRY = pa.schema(
    [(f.name, pa.int64() if f.dataType.typeName() == "long" else pa.string()) for f in PUBLICATION]
)


def write_lists(listed: DataFrame, folder: Path) -> DataFrame:
    """One row per file written below `folder`; running it is what writes the files."""
    return listed.groupBy("list", "part").applyInArrow(list_writer(str(folder)), PUBLICATION)


def list_writer(folder: str) -> Callable[[pa.Table], pa.Table]:
    """A function that writes the workbook and the CSV of one part of a list."""

    def write(table: pa.Table) -> pa.Table:
        rows = table.sort_by("row").to_pylist()
        stem = f"lists/{rows[0]['list']}" + (f"-{rows[0]['part']}" if rows[0]["part"] > 1 else "")
        contents = ((f"{stem}.csv", csv_text(rows)), (f"{stem}.xlsx", workbook(rows)))
        entries = [entry(folder, name, content, rows) for name, content in contents]
        return pa.Table.from_pylist(entries, schema=ENTRY)

    return write


def entry(folder: str, name: str, content: bytes, rows: Sequence[Row]) -> dict[str, Any]:
    """What the manifest says of a file, which is on disk when this returns."""
    write_whole(Path(folder) / name, content)
    return {
        "file": name,
        **{key: rows[0][key] for key in ("province_code", "district_code", "commune_code")},
        "rows": len(rows),
        "doses": sum(row["doses"] for row in rows),
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def write_whole(path: Path, content: bytes) -> None:
    """The file as a whole or not at all: a task that is repeated or runs twice does no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)


def csv_text(rows: Sequence[Row]) -> bytes:
    """The list as CSV that a spreadsheet opens: with a byte-order mark, formulas defused."""
    return csv_file([CSV_HEADINGS, *(csv_row(row) for row in rows)])


def csv_row(row: Row) -> list[str]:
    """One correction; every value as it was typed, whatever sheet it stands on."""
    values = (
        row[f"{state}_{name}"] for name in wording.FIELDS for state in ("current", "proposed")
    )
    return [
        part_of(row),
        row["correction_id"],
        row["case_class"],
        *("" if value is None else value for value in values),
        row["evidence_grade"],
        wording.evidence_text(row["evidence"]),
        str(row["doses"]),
        given_doses(row).replace("\n", "; "),
    ]


def csv_file(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as UTF-8 CSV with a byte-order mark; no cell begins a formula."""
    text = StringIO()
    csv.writer(text).writerows([defused(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
