"""`tong-hop.xlsx` and `.csv` of each province and district: where the work is, what causes it."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from pyspark import SparkContext

from jobs.lists import wording
from jobs.lists.fields import written
from jobs.lists.files import csv_file, write_whole
from jobs.lists.summary_sheets import Lines, Sheet, page_setup, write_lines
from jobs.lists.template import CREATED, formats_of
from transforms.publication import UNKNOWN

Row = Mapping[str, Any]

NAME = "tong-hop"
HEADINGS = (
    "Thứ tự",
    "Ưu tiên",
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
FACILITIES = (
    "Cơ sở tiêm", "Nguyên nhân", "Số dòng", "Số mũi tiêm", "Từ ngày", "Đến ngày", "Nhận định",
)  # fmt: skip
PLACE_COLUMNS = tuple(
    (level, told) for level in ("district", "commune") for told in ("code", "name")
)
UNKNOWN_AS = {"code": "–", "name": wording.UNKNOWN_PLACE}
MOST_FACILITIES = 200
# So many numbers of somebody else from one facility are a file whose rows slipped, not slips.
SHIFTED, SHIFTED_ROWS = "number=other", 20
DEPTHS = (1, 2)  # province, district: folders of a path
PLACES_A_TASK = 100


class Place(NamedTuple):
    """A province or a district, and what its summary tells."""

    path: str
    depth: int
    communes: Sequence[Row]
    causes: Sequence[Row]


def write_summaries(
    context: SparkContext, folder: Path, told: Mapping[str, Sequence[Row]]
) -> list[dict[str, Any]]:
    """Two files per province and per district; returns what the manifest says of each."""
    places = [place for depth in DEPTHS for place in places_of(told, depth)]
    work = context.parallelize(places, max(1, len(places) // PLACES_A_TASK))
    return work.flatMap(partial(write_summary, folder)).collect()


def places_of(told: Mapping[str, Sequence[Row]], depth: int) -> list[Place]:
    """All provinces, or all districts that are known."""
    communes = _by(told["communes"], lambda row: _path(row["list"], depth))
    causes = _by(told["causes"], lambda row: _path(row["district"], depth))
    return [
        Place(path, depth, found, causes[path])
        for path, found in sorted(communes.items())
        if depth == 1 or not path.endswith(UNKNOWN)
    ]


def write_summary(folder: Path, place: Place) -> list[dict[str, Any]]:
    """The two files of one place."""
    ranked = sorted(place.communes, key=lambda c: (-c["minutes"], -c["doses"], c["list"]))
    first = priorities(place.communes)
    lines = [
        _line((rank, first[commune["list"]]), commune, place.depth)
        for rank, commune in enumerate(ranked, start=1)
    ]
    sums = {name: sum(c[name] for c in place.communes) for name in ("rows", "doses")}
    contents = {
        ".csv": csv_file([HEADINGS, *lines]),
        ".xlsx": _workbook(lines, merged(place.causes), place.communes, place.depth),
    }
    return [
        _written(folder, f"lists/{place.path}/{NAME}{suffix}", content, sums)
        for suffix, content in contents.items()
    ]


def priorities(communes: Sequence[Row]) -> dict[str, int]:
    """The place of each list by what a minute of work on it puts right: 1 helps most."""
    ordered = sorted(communes, key=lambda c: (-c["doses_a_minute"], -c["doses"], c["list"]))
    return {commune["list"]: at for at, commune in enumerate(ordered, start=1)}


def _path(path: str, depth: int) -> str:
    return "/".join(path.split("/")[:depth])


def merged(causes: Sequence[Row]) -> list[dict[str, Any]]:
    """One line per facility and cause over all districts, most rows first."""
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for row in causes:
        key = (row["facility_code"] or "", row["cause"])
        line = lines.setdefault(key, dict(row) | {"rows": 0, "doses": 0})
        for name in ("rows", "doses"):
            line[name] += row[name]
        line["from_day"] = min(filter(None, (line["from_day"], row["from_day"])), default=None)
        line["to_day"] = max(filter(None, (line["to_day"], row["to_day"])), default=None)
    ordered = sorted(lines.items(), key=lambda item: (-item[1]["rows"], item[0]))
    return [line for _, line in ordered]


def _by(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped


def _written(folder: Path, name: str, content: bytes, sums: Mapping[str, int]) -> dict[str, Any]:
    write_whole(folder / name, content)
    digest = hashlib.sha256(content).hexdigest()
    return {"file": name, **sums, "sha256": digest, "bytes": len(content)}


def _line(ranks: tuple[int, int], commune: Row, depth: int) -> list[object]:
    return [
        *ranks,
        *(commune[f"{level}_{told}"] or UNKNOWN_AS[told] for level, told in PLACE_COLUMNS),
        *(commune[name] for name in COUNTS),
        commune["list"].split("/", depth)[depth],
    ]


def _workbook(communes: Lines, causes: Sequence[Row], found: Sequence[Row], depth: int) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": wording.SUMMARY, "created": CREATED})
    names = (found[0]["district_name"] if depth > 1 else None, found[0]["province_name"])
    place = ", ".join(name for name in names if name) or wording.UNKNOWN_PLACE
    sheets = (
        (Sheet(wording.COMMUNES, HEADINGS, unprinted=1), communes, total(found)),
        (Sheet(wording.CAUSES_SHEET, CAUSES), by_cause(causes), total(causes) or wording.TOP),
        (Sheet(wording.FACILITIES, FACILITIES), by_facility(causes), wording.TOP),
    )
    formats = formats_of(book)
    for sheet, lines, told in sheets:
        page = book.add_worksheet(sheet.name)
        page_setup(page, sheet, place, len(lines))
        page.write_string(0, 0, f"{wording.SUMMARY}: {place}", formats["section"])
        page.write_string(1, 0, told, formats["hint_line"])
        write_lines(page, sheet.headings, lines, formats)
    book.close()
    return buffer.getvalue()


def total(lines: Sequence[Row]) -> str:
    """Rows and doses of all lines in words, and the time they take where that is estimated."""
    if not lines:
        return ""
    units = {"rows": "dòng", "doses": "mũi", "minutes": "phút (ước tính)", "days": "ngày công"}
    told = (
        f"{sum(line[name] for line in lines):,} {unit}"
        for name, unit in units.items()
        if name in lines[0]
    )
    return f"{wording.TOTAL}: {'; '.join(told)}".replace(",", ".")


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
        [
            row["facility_code"] or "?",
            in_words(row["cause"]),
            row["rows"],
            row["doses"],
            written(row["from_day"]),
            written(row["to_day"]),
            opinion(row),
        ]
        for row in causes[:MOST_FACILITIES]
    ]


def opinion(row: Row) -> str:
    """What a line is as a whole, where it is one thing and not many."""
    shifted = row["cause"] == SHIFTED and row["rows"] >= SHIFTED_ROWS
    return wording.SHIFTED_FILE if shifted else ""


def in_words(cause: str) -> str:
    comparison, _, level = cause.partition("=")
    return wording.CAUSES.get(cause) or wording.EVIDENCE.get(comparison, {}).get(level) or "khác"
