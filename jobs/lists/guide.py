"""The first sheet of a list: what it is, how much of it, what to do, who signs.

Written into the template with placeholders; each list puts its own texts and figures there.
"""

from collections.abc import Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jobs.lists import wording
from jobs.lists.fields import Row, lines
from jobs.lists.instructions import GUIDE_TEXT

Formats = Mapping[str, Format]
PLACE, PILOT, IDENTITY, SEAL, COMMUNE_POLICE = "@PLACE@", "@PILOT@", "@ID@", "@SEAL@", "@POLICE@"
LIST = "@LIST@"
FIGURE = 900_000_000  # stands for the first figure; the next ones count on
COUNTS = ("people", "rows", "doses")


def place_name(row: Row) -> str:
    """Commune, district, province, as far as they are known; who sorts a list of no commune."""
    names = (row["commune_name"], row["district_name"], row["province_name"])
    known = ", ".join(name for name in names if name) or wording.UNKNOWN_PLACE
    return known if row["commune_name"] else f"{known} – {wording.TO_BE_SORTED}"


def counted(kinds: Sequence[str]) -> list[str]:
    """What the first sheet counts, line by line: sheets, classes, all."""
    classes = [name for name in wording.CLASSES if name != "d" or "doses" in kinds]
    return [*kinds, *classes, wording.TOTAL]


def write_guide(page: Worksheet, kinds: Sequence[str], formats: Formats) -> None:
    """The first sheet: what this is, how much of it, what to do, who signs."""
    page.protect("", {})
    page.hide_gridlines(2)
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.set_footer(f"&L{wording.GUIDE} – {LIST}&RTrang &P/&N")
    page.set_column(0, 0, 34)
    page.set_column(1, 2, 19)
    page.set_column(3, 3, 30)
    page.set_row(0, 26)
    heads = ((wording.TITLE, "title"), (PLACE, "place"), (PILOT, "pilot"), (IDENTITY, "place"))
    for line, (text, style) in enumerate(heads):
        page.merge_range(line, 0, line, 3, text, formats[style])
    line = _counts(page, kinds, formats)
    for title, text in GUIDE_TEXT:
        page.set_row(line, 22)
        page.write_string(line, 0, title, formats["section"])
        page.set_row(line + 1, 13 * lines(text, 100) + 6)
        page.merge_range(line + 1, 0, line + 1, 3, text, formats["prose"])
        line += 2
    _signatures(page, line + 1, formats)
    page.merge_range(line + 10, 0, line + 10, 3, SEAL, formats["small"])


def _counts(page: Worksheet, kinds: Sequence[str], formats: Formats) -> int:
    """People, rows and doses by sheet and by class; returns the next free line."""
    for column, heading in enumerate(wording.COUNTED):
        page.write_string(5, column, heading, formats["head"])
    for at, name in enumerate(counted(kinds)):
        page.write_string(6 + at, 0, _label(name), formats["label"])
        for column in range(len(COUNTS)):
            page.write_number(
                6 + at, column + 1, FIGURE + len(COUNTS) * at + column, formats["centre"]
            )
    return 7 + len(counted(kinds))


def _label(name: str) -> str:
    if name in wording.SHEETS:
        return f"Trang “{wording.SHEETS[name]}”"
    return f"Loại {name}: {wording.CLASSES[name]}" if name in wording.CLASSES else name


def _signatures(page: Worksheet, line: int, formats: Formats) -> None:
    who_signs = (COMMUNE_POLICE, wording.STATION, wording.GROUP)
    for column, who in zip((0, 1, 3), who_signs, strict=True):
        cells = ((wording.DATED, "sign_here"), (who, "sign"), (wording.SIGN_HERE, "sign_here"))
        for offset, (text, style) in enumerate(cells):
            if column == 1:
                page.merge_range(line + offset, 1, line + offset, 2, text, formats[style])
            else:
                page.write_string(line + offset, column, text, formats[style])
