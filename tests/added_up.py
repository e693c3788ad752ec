"""A publication added up by hand: every sheet of every workbook.

Nothing of `jobs` is used: headings are looked for, figures are read where a clerk reads them.
"""

from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

SUMMARY = "tong-hop.xlsx"
REVIEW, POPULATION, DOSES = "Cần xác minh", "Dữ liệu dân cư", "Mũi trùng, bất thường"
PROBLEMS = {"duplicate": "mũi này đã ghi một lần", "review": "có thể là mũi của người khác"}
HEADINGS = 2  # rows above them


class Place(NamedTuple):
    """What the workbooks of a place hold, counted."""

    rows: Counter  # by sheet, by class, and in all
    doses: Counter  # the same
    decided: Counter  # doses by what they are counted as: person known, review, duplicate, finding


def lists_added_up(folder: Path) -> dict[str, Place]:
    """What each list, district and province holds (by its path), and the nation (``)."""
    places: dict[str, Place] = defaultdict(lambda: Place(Counter(), Counter(), Counter()))
    for path in sorted((folder / "lists").rglob("*.xlsx")):
        if path.name != SUMMARY:
            steps = path.relative_to(folder / "lists").with_suffix("").parts
            above = ["/".join(steps[:depth]) for depth in range(len(steps) + 1)]
            for sheet, line in rows_of(path):
                counted(sheet, line, [places[name] for name in above])
    return dict(places)


def rows_of(path: Path):
    """Sheet and cells by heading of each row; of several candidates of a person only the first."""
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names[1:]:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for line in lines[HEADINGS + 1 :]:
            told = dict(zip(lines[HEADINGS], line, strict=True))
            if told["STT"].partition(".")[2] in ("", "1"):
                yield name, told


def counted(sheet: str, line: dict[str, str], places: list[Place]) -> None:
    doses = 1 if sheet == DOSES else int(line["Số mũi"])
    kind = "known"
    if sheet == DOSES:
        kind = next((kind for kind, says in PROBLEMS.items() if says in line["Vấn đề"]), "finding")
    elif sheet == REVIEW:
        kind = "review"
    for place in places:
        for name in (sheet, f"class {line['Loại']}", "all"):
            place.rows[name] += 1
            place.doses[name] += doses
        place.decided[kind] += doses


def first_sheet(path: Path) -> dict[str, tuple[int, int, int]]:
    """People, rows and doses as the first sheet says, by sheet, class and in all."""
    guide, *_ = CalamineWorkbook.from_path(path).sheet_names
    lines = CalamineWorkbook.from_path(path).get_sheet_by_name(guide).to_python()
    told = {}
    for name, *figures in lines:
        if str(name).startswith(("Trang “", "Loại ", "Tổng cộng")) and len(figures) > 2:
            if not all(isinstance(figure, float) for figure in figures[:3]):
                continue
            label = name.split("“")[1][:-1] if "“" in name else name.split(":")[0]
            label = label.replace("Loại", "class").replace("Tổng cộng", "all")
            told[label] = tuple(map(int, figures[:3]))
    return told


def summary(path: Path) -> list[dict[str, object]]:
    """The lines of a summary's first sheet by heading."""
    book = CalamineWorkbook.from_path(path)
    lines = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    return [dict(zip(lines[HEADINGS], line, strict=True)) for line in lines[HEADINGS + 1 :]]
