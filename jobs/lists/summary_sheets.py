"""How a sheet of a summary looks, on the screen and on paper."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jobs.lists import wording
from jobs.lists.fields import plain
from jobs.lists.template import HEADER_ROWS

Lines = list[list[object]]
COUNT_WIDTH = 8  # characters


class Sheet(NamedTuple):
    """One sheet of a summary; its last columns may be for the screen alone."""

    name: str
    headings: Sequence[str]
    unprinted: int = 0


def page_setup(page: Worksheet, sheet: Sheet, place: str, lines: int) -> None:
    """A4 landscape; a path of files is for the screen alone, and would make all else tiny."""
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.55)
    page.fit_to_pages(1, 0)
    page.freeze_panes(HEADER_ROWS, 0)
    page.repeat_rows(HEADER_ROWS - 1)
    last = len(sheet.headings) - 1
    page.print_area(0, 0, HEADER_ROWS - 1 + lines, last - sheet.unprinted)
    page.autofilter(HEADER_ROWS - 1, 0, HEADER_ROWS - 1 + max(lines, 1), last)
    page.set_footer(f"&L{sheet.name} – {place}&RTrang &P/&N")


def write_lines(
    page: Worksheet, headings: Sequence[str], lines: Lines, formats: Mapping[str, Format]
) -> None:
    """The headings and, below them, each line; texts as texts, figures as figures."""
    page.set_row(HEADER_ROWS - 1, 40)
    for column, heading in enumerate(headings):
        page.write_string(HEADER_ROWS - 1, column, heading, formats["head"])
        page.set_column(column, column, wording.WIDTHS.get(heading, COUNT_WIDTH))
    for at, line in enumerate(lines, start=HEADER_ROWS):
        for column, value in enumerate(line):
            if isinstance(value, str):
                page.write_string(at, column, plain(value), formats["line"])
            else:
                style = "rate" if isinstance(value, float) else "number"
                page.write_number(at, column, value, formats[style])
