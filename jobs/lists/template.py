"""The workbook without its rows, made once for each set of sheets, by XlsxWriter.

Making one takes as long as writing hundreds of rows, and a nation has ten thousand small lists;
so a worker makes it once, keeps the parts as text, and each list fills in what is its own.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from jobs.lists import wording
from jobs.lists.fields import ANSWERS, FIELDS, KEY_AT, lines
from jobs.lists.guide import LIST, write_guide
from jobs.lists.instructions import WHAT_TO_DO

# A workbook carries its making date; the same rows must give the same bytes, so it is that of
# dispatch 2262/BYT-CNTT.
CREATED = datetime(2022, 5, 4)
HEADER_ROWS = 3
HAS_PLACEHOLDERS = ("xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
LAST_ROW = 777_770  # and what follows stand for the last rows of the sheets, counted from 1

INK, GREY, RULE = "#1F2933", "#7B8794", "#C5CDD5"
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": INK, "align": "center"},
    "place": {"font_size": 12, "align": "center", "font_color": INK},
    "pilot": {"bold": True, "font_size": 12, "align": "center", "font_color": "#9C1C12"},
    "section": {"bold": True, "font_size": 11.5, "font_color": "#0B5394", "valign": "vcenter"},
    "prose": {"text_wrap": True, "valign": "top"},
    "hint": {"text_wrap": True, "valign": "vcenter", "italic": True, "font_color": "#52606D"},
    "hint_line": {"italic": True, "font_color": "#52606D"},
    "head": {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#DCE6F1"},
    "head_top": {"bg_color": "#DCE6F1", "bottom": 0},
    "head_low": {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "bg_color": "#DCE6F1",
        "top": 0,
        "valign": "top",
    },
    "text": {"text_wrap": True, "num_format": "@"},
    "line": {"num_format": "@", "align": "left", "indent": 1},
    "label": {"align": "left", "indent": 1},
    "number": {"num_format": "#,##0", "align": "right"},
    "rate": {"num_format": "#,##0.00", "align": "right"},
    "small": {"font_size": 6.5, "font_color": GREY, "text_wrap": True},
    "centre": {"align": "center", "text_wrap": True},
    "wrong": {"text_wrap": True, "bg_color": "#FBE3E0", "font_color": "#9C1C12"},
    "proposal": {"text_wrap": True, "bg_color": "#DDF2E3", "font_color": "#0B5D2A", "bold": True},
    # Where it is asked which of two registers is right, neither is painted as the wrong one.
    "differs": {"text_wrap": True, "bg_color": "#E3EDF9", "bold": True},
    # As text: a number typed here keeps its zeros, a date stays as it was typed.
    "answer": {"text_wrap": True, "bg_color": "#FFF9E0", "locked": False, "num_format": "@"},
    "sign": {"bold": True, "align": "center", "text_wrap": True},
    "sign_here": {"italic": True, "align": "center", "font_color": GREY},
}
CELL_STYLES = ("text", "small", "centre", "wrong", "proposal", "differs", "answer")
BOXED = ("head", "head_top", "head_low", "line", "label", "number", "rate", *CELL_STYLES)
BOX = {"border": 1, "border_color": RULE, "valign": "top"}
HEAD = {"valign": "vcenter"}
DROP_DOWN = {
    "validate": "list",
    "source": list(wording.ANSWERS),
    "error_title": "Trả lời không hợp lệ",
    "error_message": "Chọn một trong các câu trả lời có sẵn.",
}
UNLOCKED = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}
FIRST_ROW = re.compile(rf'<row r="{HEADER_ROWS + 1}".*?</row>', re.DOTALL)


class Template(NamedTuple):
    """What all its workbooks share, zipped; the rest as text, sheets cut where rows belong."""

    shared: bytes
    parts: Mapping[str, str]
    sheets: Mapping[str, tuple[str, str, str]]  # kind → part, before the rows, after them
    styles: Mapping[str, int]


@lru_cache(maxsize=32)
def template(kinds: tuple[str, ...]) -> Template:
    """The template of a workbook with these sheets behind its first."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": wording.TITLE, "created": CREATED})
    formats = formats_of(book)
    write_guide(book.add_worksheet(wording.GUIDE), kinds, formats)
    for kind in kinds:
        _prepare(book.add_worksheet(wording.SHEETS[kind]), kind, formats)
    book.close()
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    names = {kind: f"xl/worksheets/sheet{at}.xml" for at, kind in enumerate(kinds, start=2)}
    sample = FIRST_ROW.search(parts[names[kinds[0]]])
    assert sample is not None
    numbers = map(int, re.findall(r' s="(\d+)"', sample.group()))
    cut = {kind: (name, *FIRST_ROW.split(parts.pop(name))) for kind, name in names.items()}
    sheets = {kind: (name, before, after) for kind, (name, before, after) in cut.items()}
    own = {name: parts.pop(name) for name in HAS_PLACEHOLDERS}
    return Template(zipped(parts), own, sheets, dict(zip(CELL_STYLES, numbers, strict=True)))


def zipped(parts: Mapping[str, str]) -> bytes:
    """The parts as an archive that others may be added to; no hour enters it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            with archive.open(name, "w") as part:
                part.write(text.encode())
    return buffer.getvalue()


def last_row(kind: str) -> int:
    """The number that stands for the last row of this sheet until it is known."""
    return LAST_ROW + list(FIELDS).index(kind)


def formats_of(book: Workbook) -> dict[str, Format]:
    made = {}
    for name, style in FORMATS.items():
        box = BOX if name in BOXED else {}
        head = HEAD if name == "head" else {}
        made[name] = book.add_format({"font_name": "Arial", "font_size": 10} | box | style | head)
    return made


def _prepare(page: Worksheet, kind: str, formats: Mapping[str, Format]) -> None:
    """Headings, and everything that keeps a clerk from breaking the list by accident."""
    last, answer = len(FIELDS[kind]) - 1, len(FIELDS[kind]) - len(ANSWERS)
    _page_setup(page, wording.SHEETS[kind])
    _headings(page, kind, formats)
    for column, style in enumerate(CELL_STYLES):  # gives away their numbers; cut out again
        page.write_blank(HEADER_ROWS, column, None, formats[style])
    page.autofilter(HEADER_ROWS - 1, 0, last_row(kind) - 1, last)
    page.data_validation(HEADER_ROWS, answer, last_row(kind) - 1, answer, DROP_DOWN)


def _page_setup(page: Worksheet, name: str) -> None:
    page.protect("", UNLOCKED)
    page.freeze_panes(HEADER_ROWS, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.55)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1, HEADER_ROWS - 1)
    page.set_footer(f"&L{name} – {LIST}&RTrang &P/&N")


def _headings(page: Worksheet, kind: str, formats: Mapping[str, Format]) -> None:
    """What to do, then two lines of headings: groups above, columns below."""
    fields = FIELDS[kind]
    hint = WHAT_TO_DO[wording.SHEETS[kind]]
    page.set_row(0, 13 * lines(hint, sum(field.width for field in fields)) + 7)
    page.merge_range(0, 0, 0, len(fields) - 1, hint, formats["hint"])
    page.set_row(2, 28)
    _groups(page, [field.group for field in fields], formats)
    for column, field in enumerate(fields):
        page.set_column(column, column, field.width, None, {"hidden": column == KEY_AT})
        style = "head" if field.group else "head_low"
        page.write_string(2, column, field.heading, formats[style])


def _groups(page: Worksheet, groups: Sequence[str], formats: Mapping[str, Format]) -> None:
    start = 0
    for column, group in enumerate(groups):
        if group and groups[column + 1 : column + 2] == [group]:
            continue
        if start < column:
            page.merge_range(1, start, 1, column, group, formats["head"])
        else:
            page.write_blank(1, column, None, formats["head_top"])
        start = column + 1
