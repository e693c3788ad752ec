"""Lists as communes send them back: filled in by hand, saved by another program, or damaged."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from jobs.lists import wording
from jobs.lists.fields import KEY_AT

HEAD = 3


def filled_in(
    path: Path,
    answers: Mapping[int, Sequence[str]],
    order: Sequence[int] | None = None,
    rows_of: tuple[Path, Sequence[int]] | None = None,
) -> Path:
    """The list with its rows' last columns filled in, counted over all sheets, written anew.

    Another program writes other bytes and loses all protection; only the texts stay.
    """
    book = CalamineWorkbook.from_path(path)
    back = path.with_name(f"back-{path.name}")
    saved = xlsxwriter.Workbook(back, {"strings_to_formulas": False, "strings_to_urls": False})
    at = 0
    for name in book.sheet_names:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if name != book.sheet_names[0]:
            head, rows = lines[:HEAD], lines[HEAD:]
            rows = [with_answer(row, answers.get(at + n, ())) for n, row in enumerate(rows)]
            at += len(rows)
            lines = [*head, *(rows if order is None else [rows[n] for n in order])]
            if rows_of:
                other = CalamineWorkbook.from_path(rows_of[0]).get_sheet_by_name(name).to_python()
                lines += [other[HEAD:][n] for n in rows_of[1]]
        page = saved.add_worksheet(name)
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    saved.close()
    return back


def keys_of(path: Path) -> list[tuple[str, str]]:
    """Sheet and key of each row, in the order in which `filled_in` counts them."""
    book = CalamineWorkbook.from_path(path)
    kinds = {name: kind for kind, name in wording.SHEETS.items()}
    pages = [(kinds[name], book.get_sheet_by_name(name)) for name in book.sheet_names[1:]]
    return [
        (kind, str(line[KEY_AT]).partition("-")[0])
        for kind, page in pages
        for line in page.to_python(skip_empty_area=False)[HEAD:]
    ]


def with_answer(row: list[object], answer: Sequence[str]) -> list[object]:
    given = [*answer, "", "", ""][:3]
    return [*row[:-3], *given] if answer else row


def changed(path: Path, part: str, old: str, new: str, times: int = -1) -> Path:
    """The file with a text inside one of its parts replaced."""
    back = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(back, "w") as other:
        for name in archive.namelist():
            text = archive.read(name)
            if name == part:
                text = text.replace(old.encode(), new.encode(), times)
            other.writestr(name, text)
    return back
