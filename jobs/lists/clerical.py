"""The sheet of a clerical sample: pairs side by side, one answer a row, and the way back.

A row's code carries what the answer is about, and a check digit group that a slip would break.
Nobody reads it at a glance: a clerk must not be swayed by the probability.
"""

import csv
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jobs.config import digest
from jobs.errors import InputError
from jobs.lists.fields import lines, plain
from jobs.lists.files import csv_file
from jobs.lists.template import CREATED, UNLOCKED, formats_of
from jobs.lists.workbook import LINE

Row = dict[str, Any]

TITLE = "MẪU ĐỐI CHIẾU THỦ CÔNG"
HINT = (
    "Mỗi dòng là hai bản ghi: một của nền tảng tiêm chủng, một của dữ liệu dân cư. Theo anh/chị đó "
    "có phải cùng một người không? Chọn ở cột “Trả lời”. Không sửa các cột khác."
)
SHEET, CODE, ANSWER, NOTE = "Mẫu", "Mã dòng", "Trả lời", "Ghi chú"
WORDS = {"cùng người": "same", "khác người": "different", "không rõ": "unsure"}
SIDES = ("Tiêm chủng", "Dân cư")
LABELS = {
    "id_number": ("Số định danh (CCCD/CMND)", 14),
    "full_name": ("Họ và tên", 19),
    "date_of_birth": ("Ngày sinh", 10.5),
    "sex": ("Giới tính", 6),
    "phone": ("Điện thoại", 11.5),
    "place": ("Nơi cư trú", 22),
}
WIDTHS = [14.0, 5.0, *(width for _, width in LABELS.values() for _ in SIDES), 13.0, 16.0]
ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
SEXES = {"M": "Nam", "F": "Nữ"}
HEAD_ROWS = 3
# Of a code: sample, band, decision, probability, profile; the resident's key comes last.
PARTS = 5
LARGEST_FILE = 50_000_000


class Answered(NamedTuple):
    """One answer as it came back."""

    sample_id: str
    band: str
    profile_id: int
    resident_id: str
    decision: str
    match_probability: float
    answer: str


def coded(row: Row, sample_id: str) -> str:
    """What the row is about, in one cell, in letters that tell a reader nothing."""
    parts = (sample_id, row["band"], row["decision"], repr(row["match_probability"]))
    said = "|".join((*parts, str(row["profile_id"]), row["resident_id"]))
    return urlsafe_b64encode(f"{said}|{digest(said)[:6]}".encode()).decode()


def decoded(code: str, answer: str, at: int) -> Answered:
    """The answer and what it is about; InputError when the code is not as we wrote it."""
    try:
        said, _, check = urlsafe_b64decode(code).decode().rpartition("|")
    except ValueError:  # letters or lengths that no code has
        said = check = ""
    parts = said.split("|", PARTS)
    if len(parts) != PARTS + 1 or digest(said)[:6] != check:
        raise InputError(
            f"row {at}: the column “{CODE}” was changed; copy the answers into a fresh sample"
        )
    sample_id, band, decision, probability, profile_id, resident_id = parts
    kept = (sample_id, band, int(profile_id), resident_id, decision, float(probability))
    return Answered(*kept, answer)


def headings() -> list[str]:
    both = [f"{label} – {side}" for label, _ in LABELS.values() for side in SIDES]
    return [CODE, "STT", *both, ANSWER, NOTE]


def cells(row: Row, at: int, sample_id: str) -> list[str]:
    """A row as text, field by field: as typed, then as registered."""
    pairs = [plain(row[side][name]) for name in LABELS for side in ("declared", "known")]
    return [coded(row, sample_id), str(at), *map(familiar, pairs), "", ""]


def familiar(text: str) -> str:
    """Sex and ISO dates as a clerk writes them; all else as it is."""
    return SEXES.get(text, ISO_DATE.sub(r"\3/\2/\1", text))


def as_csv(rows: Sequence[Row], sample_id: str) -> bytes:
    """The sample as CSV, formulas defused."""
    lines = [cells(row, at, sample_id) for at, row in enumerate(rows, start=1)]
    return csv_file([headings(), *lines])


def as_workbook(rows: Sequence[Row], sample_id: str) -> bytes:
    """The sample as a workbook: every cell text, all but the answers locked."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": TITLE, "created": CREATED})
    formats, page = formats_of(book), book.add_worksheet(SHEET)
    page.protect("", UNLOCKED)
    page.freeze_panes(HEAD_ROWS, 2)
    page.set_landscape()
    write_headings(page, formats)
    for at, row in enumerate(rows, start=1):
        *said, _, _ = cells(row, at, sample_id)
        styled = [((text, "text"), width) for text, width in zip(said, WIDTHS, strict=False)]
        blanks = [(("", "answer"), width) for width in WIDTHS[-2:]]
        write_row(page, HEAD_ROWS + at - 1, [*styled, *blanks], formats)
    answer = len(WIDTHS) - 2
    choice = {"validate": "list", "source": [*WORDS]}
    page.data_validation(HEAD_ROWS, answer, HEAD_ROWS + len(rows), answer, choice)
    book.close()
    return buffer.getvalue()


def write_headings(page: Worksheet, formats: dict[str, Format]) -> None:
    """What to do, then each field over its two sides."""
    page.set_row(0, 20)
    page.merge_range(0, 1, 0, len(WIDTHS) - 1, HINT, formats["hint"])
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width, None, {"hidden": column == 0})
    for at, (label, _) in enumerate(LABELS.values()):
        page.merge_range(1, 2 + 2 * at, 1, 3 + 2 * at, label, formats["head"])
    shown = [CODE, "STT", *(SIDES * len(LABELS)), ANSWER, NOTE]
    for column, heading in enumerate(shown):
        page.write_string(HEAD_ROWS - 1, column, heading, formats["head"])


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


def answers(path: Path) -> list[Answered]:
    """The rows of a returned file that hold an answer."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; give the sample that came back")
    if path.stat().st_size > LARGEST_FILE:
        raise InputError(f"{path}: too large for a sample; give the file that `sample` wrote")
    lines = _from_csv(path) if path.suffix.lower() == ".csv" else _from_workbook(path)
    return list(_answered(lines, path))


def _from_csv(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8; save it as “CSV UTF-8”") from error
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    return list(csv.reader(StringIO(text), delimiter=delimiter))


def _from_workbook(path: Path) -> list[list[str]]:
    try:
        page = CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET)
    except (CalamineError, OSError) as error:
        raise InputError(
            f"{path}: not a workbook with the sheet “{SHEET}”; give the file that `sample` wrote"
        ) from error
    return [[str(cell) for cell in line] for line in page.to_python(skip_empty_area=False)]


def _answered(lines: Sequence[Sequence[str]], path: Path) -> Iterator[Answered]:
    heads = [at for at, line in enumerate(lines) if CODE in line and ANSWER in line]
    if not heads:
        raise InputError(
            f"{path}: no headings “{CODE}” and “{ANSWER}”; do not change the first rows"
        )
    code, answer = (lines[heads[0]].index(name) for name in (CODE, ANSWER))
    for at, line in enumerate(lines[heads[0] + 1 :], start=heads[0] + 2):
        said = line[answer].strip().casefold() if len(line) > answer else ""
        if said and said not in WORDS:
            raise InputError(f"{path}, row {at}: an answer is one of {', '.join(WORDS)}")
        if said:
            yield decoded(line[code], WORDS[said], at)
