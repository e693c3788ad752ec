"""`tong-hop.xlsx` and `.csv` of each province: where the work is, and what causes it."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from jobs.lists import wording
from jobs.lists.files import csv_file, write_whole
from jobs.lists.template import CREATED, formats_of

Row = Mapping[str, Any]
Lines = list[list[object]]

NAME = "tong-hop"
HEADINGS = (
    "Thứ tự",
    "Mã huyện",
    "Huyện",
    "Mã xã",
    "Xã",
    "Số người",
    "Số dòng",
    "Số mũi tiêm",
    "Phút (ước tính)",
    "Ngày công",
    "Mũi sửa được mỗi phút",
    "Loại a",
    "Loại b",
    "Loại c",
    "Loại d",
    wording.REVIEW,
    wording.POPULATION,
    "Danh sách",
)
COUNTS = (
    "people", "rows", "doses", "minutes", "days", "doses_a_minute",
    "class_a", "class_b", "class_c", "class_d", "review", "population",
)  # fmt: skip
CAUSES = ("Nguyên nhân", "Số dòng", "Số mũi tiêm", "Số cơ sở tiêm")
FACILITIES = ("Cơ sở tiêm", "Nguyên nhân", "Số dòng", "Số mũi tiêm")
MOST_FACILITIES = 200


def write_summaries(folder: Path, told: Mapping[str, Sequence[Row]]) -> list[dict[str, Any]]:
    """Two files per province folder; returns what the manifest says of each."""
    communes = _by(told["communes"], lambda row: row["list"].split("/")[0])
    causes = _by(told["causes"], lambda row: row["province"])
    written = []
    for province, found in sorted(communes.items()):
        ranked = sorted(found, key=lambda c: (-c["minutes"], -c["doses"], c["list"]))
        lines = [_line(rank, commune) for rank, commune in enumerate(ranked, start=1)]
        sums = {name: sum(c[name] for c in found) for name in ("rows", "doses")}
        book = _workbook(lines, causes[province], found)
        for suffix, content in ((".csv", csv_file([HEADINGS, *lines])), (".xlsx", book)):
            written.append(_written(folder, f"lists/{province}/{NAME}{suffix}", content, sums))
    return written


def _by(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped


def _written(folder: Path, name: str, content: bytes, sums: Mapping[str, int]) -> dict[str, Any]:
    write_whole(folder / name, content)
    digest = hashlib.sha256(content).hexdigest()
    return {"file": name, **sums, "sha256": digest, "bytes": len(content)}


def _line(rank: int, commune: Row) -> list[object]:
    names = ("district_code", "district_name", "commune_code", "commune_name")
    return [
        rank,
        *(commune[name] or wording.UNKNOWN_PLACE for name in names),
        *(commune[name] for name in COUNTS),
        commune["list"].split("/", 1)[1],
    ]


def _workbook(communes: Lines, causes: Sequence[Row], found: Sequence[Row]) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": wording.SUMMARY, "created": CREATED})
    province = found[0]["province_name"] or wording.UNKNOWN_PLACE
    sheets = (
        (wording.COMMUNES, HEADINGS, communes, found),
        (wording.CAUSES_SHEET, CAUSES, by_cause(causes), causes),
        (wording.FACILITIES, FACILITIES, by_facility(causes), ()),
    )
    formats = formats_of(book)
    for name, headings, lines, summed in sheets:
        page = book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.freeze_panes(3, 0)
        page.repeat_rows(2)
        page.set_footer(f"&L{name} – {province}&RTrang &P/&N")
        page.write_string(0, 0, f"{wording.SUMMARY}: {province}", formats["section"])
        rows, doses = (sum(row[key] for row in summed) for key in ("rows", "doses"))
        told = f"{wording.TOTAL}: {rows:,} dòng, {doses:,} mũi" if summed else wording.TOP
        page.write_string(1, 0, told.replace(",", "."), formats["hint_line"])
        for column, heading in enumerate(headings):
            page.write_string(2, column, heading, formats["head"])
            page.set_column(column, column, 22 if heading in wording.WIDE else 11)
        for at, line in enumerate(lines, start=3):
            for column, value in enumerate(line):
                write = page.write_string if isinstance(value, str) else page.write_number
                write(at, column, value, formats["text" if isinstance(value, str) else "number"])
        page.autofilter(2, 0, max(2 + len(lines), 3), len(headings) - 1)
    book.close()
    return buffer.getvalue()


def by_cause(causes: Sequence[Row]) -> Lines:
    """Each cause with its rows, doses and facilities, most rows first."""
    grouped = _by(causes, lambda row: in_words(row["cause"]))
    lines = [
        [cause, *(sum(row[name] for row in found) for name in ("rows", "doses")), len(found)]
        for cause, found in grouped.items()
    ]
    return sorted(lines, key=lambda line: (-int(str(line[1])), str(line[0])))


def by_facility(causes: Sequence[Row]) -> Lines:
    """Facility and cause with most rows: what one visit or one repaired upload puts right."""
    return [
        [row["facility_code"] or "?", in_words(row["cause"]), row["rows"], row["doses"]]
        for row in causes[:MOST_FACILITIES]
    ]


def in_words(cause: str) -> str:
    comparison, _, level = cause.partition("=")
    return wording.CAUSES.get(cause) or wording.EVIDENCE.get(comparison, {}).get(level) or "khác"
