"""The first sheet of a list: what it is, how much of it, what to do, who signs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jobs.lists import wording
from jobs.lists.fields import Row, Sheet, lines

Formats = Mapping[str, Format]


def place_name(row: Row) -> str:
    """Commune, district, province, as far as they are known."""
    names = (row["commune_name"], row["district_name"], row["province_name"])
    return ", ".join(name for name in names if name) or wording.UNKNOWN_PLACE


def people(rows: Iterable[Row]) -> int:
    """How many persons the rows are about."""
    return len({row["person_id"] or row["correction_id"] for row in rows})


def write_guide(
    page: Worksheet, rows: Sequence[Row], parts: Sequence[Sheet], formats: Formats
) -> None:
    """The first sheet: what this is, how much of it, what to do, who signs."""
    page.protect("", {})
    page.hide_gridlines(2)
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.set_column(0, 0, 34)
    page.set_column(1, 3, 20)
    page.set_row(0, 26)
    page.merge_range(0, 0, 0, 3, wording.TITLE, formats["title"])
    page.merge_range(1, 0, 1, 3, place_name(rows[0]), formats["place"])
    line = _counts(page, rows, parts, formats)
    for title, text in wording.GUIDE_TEXT:
        page.set_row(line, 22)
        page.write_string(line, 0, title, formats["section"])
        page.set_row(line + 1, 13 * lines(text, 100) + 6)
        page.merge_range(line + 1, 0, line + 1, 3, text, formats["prose"])
        line += 2
    _signatures(page, line + 1, rows[0]["commune_name"], formats)


def _counts(page: Worksheet, rows: Sequence[Row], parts: Sequence[Sheet], formats: Formats) -> int:
    """People, rows and doses by sheet and by class; returns the next free line."""
    classes = Counter(row["case_class"] for row in rows)
    counted = [
        *((f"Trang “{sheet.name}”", sheet.rows) for sheet in parts),
        *(
            (f"Loại {name}: {wording.CLASSES[name]}", [r for r in rows if r["case_class"] == name])
            for name in sorted(classes)
        ),
        (wording.TOTAL, rows),
    ]
    for column, heading in enumerate(wording.COUNTED):
        page.write_string(3, column, heading, formats["head"])
    for line, (label, some) in enumerate(counted, start=4):
        page.write_string(line, 0, label, formats["label"])
        for column, figure in enumerate((people(some), len(some), sum(r["doses"] for r in some))):
            page.write_number(line, column + 1, figure, formats["centre"])
    return 5 + len(counted)


def _signatures(page: Worksheet, line: int, commune: str | None, formats: Formats) -> None:
    for column, who in zip((0, 1, 3), wording.signatories(commune), strict=True):
        cells = ((wording.DATED, "sign_here"), (who, "sign"), (wording.SIGN_HERE, "sign_here"))
        for offset, (text, style) in enumerate(cells):
            if column == 1:
                page.merge_range(line + offset, 1, line + offset, 2, text, formats[style])
            else:
                page.write_string(line + offset, column, text, formats[style])
