"""One list as an XLSX workbook: what a commune opens, fills in, signs and sends back.

Runs inside Spark tasks, so it loads little. Every text is written as text: identity numbers keep
their zeros and nothing is ever a formula. The bytes depend on the rows alone.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from jobs.lists import wording
from jobs.lists.fields import ANSWERS, Row, Sheet, lines, sheets
from jobs.lists.guide import write_guide

# A workbook carries its making date; the same rows must give the same bytes, so it is that of
# dispatch 2262/BYT-CNTT.
CREATED = datetime(2022, 5, 4)
IN_MEMORY_ROWS = 5_000  # above this, rows are flushed to disk as they are written
HEADER_ROWS = 3
LINE = 12.75  # points

INK, GREY, RULE = "#1F2933", "#7B8794", "#C5CDD5"
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": INK, "align": "center"},
    "place": {"font_size": 12, "align": "center", "font_color": INK},
    "section": {"bold": True, "font_size": 11.5, "font_color": "#0B5394", "valign": "vcenter"},
    "prose": {"text_wrap": True, "valign": "top"},
    "hint": {"text_wrap": True, "valign": "vcenter", "italic": True, "font_color": "#52606D"},
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
    "text": {"text_wrap": True},
    "label": {"indent": 1},
    "small": {"font_size": 6.5, "font_color": GREY, "text_wrap": True},
    "centre": {"align": "center", "text_wrap": True},
    "wrong": {"text_wrap": True, "bg_color": "#FBE3E0", "font_color": "#9C1C12"},
    "proposal": {"text_wrap": True, "bg_color": "#DDF2E3", "font_color": "#0B5D2A", "bold": True},
    "answer": {"text_wrap": True, "bg_color": "#FFF9E0", "locked": False},
    "sign": {"bold": True, "align": "center", "text_wrap": True},
    "sign_here": {"italic": True, "align": "center", "font_color": GREY},
}
BOXED = (
    "head",
    "head_top",
    "head_low",
    "label",
    "text",
    "small",
    "centre",
    "wrong",
    "proposal",
    "answer",
)
BOX = {"border": 1, "border_color": RULE, "valign": "top"}
HEAD = {"valign": "vcenter"}


def workbook(rows: Sequence[Row]) -> bytes:
    """The workbook of one list, whose rows all belong to one place."""
    buffer = BytesIO()
    mode = "in_memory" if len(rows) <= IN_MEMORY_ROWS else "constant_memory"
    book = xlsxwriter.Workbook(buffer, {mode: True})
    book.set_properties({"title": wording.TITLE, "created": CREATED})
    formats = formats_of(book)
    parts = sheets(rows)
    write_guide(book.add_worksheet(wording.GUIDE), rows, parts, formats)
    for sheet in parts:
        _fill(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return buffer.getvalue()


def formats_of(book: Workbook) -> dict[str, Format]:
    made = {}
    for name, style in FORMATS.items():
        box = BOX if name in BOXED else {}
        head = HEAD if name == "head" else {}
        made[name] = book.add_format({"font_name": "Arial", "font_size": 10} | box | style | head)
    return made


def _fill(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    """Heading, rows, and everything that keeps a clerk from breaking the list by accident."""
    last_column, last_row = len(sheet.fields) - 1, HEADER_ROWS + len(sheet.rows) - 1
    _page_setup(page, sheet.name)
    _headings(page, sheet, formats)
    for index, row in enumerate(sheet.rows):
        row["number"] = index + 1
        write_row(
            page, HEADER_ROWS + index, [(f.cell(row), f.width) for f in sheet.fields], formats
        )
    page.autofilter(HEADER_ROWS - 1, 0, last_row, last_column)
    answer = last_column - len(ANSWERS) + 1
    page.data_validation(HEADER_ROWS, answer, last_row, answer, DROP_DOWN)


def write_row(
    page: Worksheet,
    line: int,
    cells: Sequence[tuple[tuple[str, str], float]],
    formats: dict[str, Format],
) -> None:
    page.set_row(line, LINE * max(lines(text, width) for (text, _), width in cells) + 3)
    for column, ((text, style), _) in enumerate(cells):
        if text:
            page.write_string(line, column, text, formats[style])
        else:
            page.write_blank(line, column, None, formats[style])


DROP_DOWN = {
    "validate": "list",
    "source": list(wording.ANSWERS),
    "error_title": "Trả lời không hợp lệ",
    "error_message": "Chọn một trong các câu trả lời có sẵn.",
}
UNLOCKED = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}


def _page_setup(page: Worksheet, name: str) -> None:
    page.protect("", UNLOCKED)
    page.freeze_panes(HEADER_ROWS, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.55)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1, HEADER_ROWS - 1)
    page.set_footer(f"&L{name}&RTrang &P/&N")


def _headings(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    """What to do, then two lines of headings: groups above, columns below."""
    fields = sheet.fields
    page.set_row(0, 20)
    page.merge_range(0, 0, 0, len(fields) - 1, wording.WHAT_TO_DO[sheet.name], formats["hint"])
    page.set_row(2, 28)
    start = 0
    for column, field in enumerate(fields):
        page.set_column(column, column, field.width)
        if field.group and column + 1 < len(fields) and fields[column + 1].group == field.group:
            continue
        if start < column:
            page.merge_range(1, start, 1, column, field.group, formats["head"])
        else:
            page.write_blank(1, column, None, formats["head_top"])
        start = column + 1
    for column, field in enumerate(fields):
        style = "head" if field.group else "head_low"
        page.write_string(2, column, field.heading, formats[style])
