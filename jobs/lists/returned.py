"""A returned workbook: what it answers, and every reason not to believe it."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from jobs.lists import refusals, wording
from jobs.lists.fields import ANSWERS, FIELDS, KEY_AT
from jobs.lists.protection import Keyring
from jobs.lists.refusals import Refusal
from jobs.lists.seals import ListMark, opened_list, sealed_row, version_of
from jobs.lists.template import HEADER_ROWS
from jobs.lists.unpacking import LARGEST_FILE, reason_to_refuse, unlocked
from jobs.lists.values import parts, plausible, spoken, tidy
from jobs.lists.workbook import locked

CODES = {spoken(word): code for code, word in wording.ANSWER_WORDS.items()}
LONGEST_NOTE = 500
CLASS, GRADE, UNGRADED = "Loại", "Mức tin cậy", "D"
Problem = tuple[str, int, str]  # sheet, row, reason


class Answer(NamedTuple):
    """One answered row."""

    list_id: str
    version: str
    sheet: str
    row: int
    correction_id: str
    case_class: str
    evidence_grade: str
    answer: str
    corrected_value: str | None
    note: str | None
    file_sha256: str


class Returned(NamedTuple):
    """What one file says, and what is wrong with it."""

    file: str
    mark: ListMark | None
    answers: list[Answer]
    refused: list[Refusal]
    rows: int = 0


class Line(NamedTuple):
    """One row of a sheet as it came back."""

    sheet: str
    row: int
    texts: list[str]
    is_merged: bool = False  # its answer with those of other rows

    @property
    def key(self) -> str:
        return self.texts[KEY_AT]

    @property
    def given(self) -> tuple[str, str, str]:
        """Answer, corrected value, note, as written; of the note what we did not put there."""
        answer, value, note = self.texts[-len(ANSWERS) :]
        return answer, value, wording.CONTRADICTION.sub("", note).strip()

    @property
    def answer(self) -> str | None:
        return CODES.get(spoken(self.given[0]))

    @property
    def person(self) -> str:
        """What the candidates of one person share on the sheet to review; empty elsewhere."""
        return self.texts[0].partition(".")[0] if self.sheet == "review" else ""


class Arrived(NamedTuple):
    """A file by its name and digest, as it came, and the workbook in it."""

    name: str
    sha256: str
    content: bytes


def read_returned(
    path: Path, secret: bytes, keyring: Keyring, likely: str | None = None
) -> Returned:
    """All answers of a file whose seals hold; with each row that does not hold, named."""
    if path.stat().st_size > LARGEST_FILE:
        return refused_whole(path.name, refusals.TOO_LARGE)
    packed = path.read_bytes()
    content = unlocked(packed, keyring, likely)
    reason = refusals.LOCKED if content is None else reason_to_refuse(content)
    if content is not None and reason is None:
        try:
            arrived = Arrived(path.name, hashlib.sha256(packed).hexdigest(), content)
            return _read(arrived, secret)
        except (CalamineError, OSError, ValueError):
            reason = refusals.DAMAGED
    return refused_whole(path.name, reason or refusals.DAMAGED)


def refused_whole(name: str, reason: str) -> Returned:
    """A file of which nothing is taken."""
    return Returned(name, None, [], [Refusal(name, "", "", 0, reason)])


def _read(arrived: Arrived, secret: bytes) -> Returned:
    book = CalamineWorkbook.from_filelike(BytesIO(arrived.content))
    mark = _mark(book, secret)
    if mark is None:
        return refused_whole(arrived.name, refusals.NOT_OURS)
    lines, problems = _lines(book)
    keys = [line.key for line in lines]
    if len(keys) != mark.rows or version_of(secret, keys) != mark.version:
        problems.append(("", 0, refusals.ROWS_MISSING))
    times = Counter(keys)
    yes = _said_yes(lines)
    answers = []
    for line in lines:
        reason = _reason(line, mark, secret, times) or (
            refusals.SEVERAL_RIGHT if yes[line.person] > 1 else None
        )
        if reason:
            problems.append((line.sheet, line.row, reason))
        elif line.answer:
            answers.append(_answer(line, mark, arrived.sha256))
    refused = [
        Refusal(arrived.name, mark.list_id, wording.SHEETS.get(kind, ""), row, reason)
        for kind, row, reason in problems
    ]
    return Returned(arrived.name, mark, answers, refused, len(lines))


def _mark(book: CalamineWorkbook, secret: bytes) -> ListMark | None:
    """The sealed line of the first sheet."""
    if wording.GUIDE not in book.sheet_names:
        return None
    for line in book.get_sheet_by_name(wording.GUIDE).to_python(skip_empty_area=False):
        mark = opened_list(secret, said(line[0])) if line else None
        if mark:
            return mark
    return None


def _lines(book: CalamineWorkbook) -> tuple[list[Line], list[Problem]]:
    """The rows of all sheets; a sheet whose headings are not ours is a problem, not rows."""
    lines: list[Line] = []
    problems: list[Problem] = []
    for kind, name in wording.SHEETS.items():
        if name not in book.sheet_names:
            continue
        page = book.get_sheet_by_name(name)
        width = len(FIELDS[kind])
        cells = page.to_python(skip_empty_area=False)
        texts = [[said(cell) for cell in line][:width] for line in cells]
        headings = [list(map(tidy, line)) for line in texts[HEADER_ROWS - 1 : HEADER_ROWS]]
        if headings != [[field.heading for field in FIELDS[kind]]]:
            problems.append((kind, HEADER_ROWS, refusals.NO_HEADINGS))
            continue
        merged = _merged(page, width - len(ANSWERS))
        numbered = enumerate(texts[HEADER_ROWS:], start=HEADER_ROWS)
        lines += [Line(kind, at + 1, line, at in merged) for at, line in numbered if any(line)]
    return lines, problems


def _merged(page: CalamineSheet, answers: int) -> set[int]:
    """The rows, from 0, whose answers lie in one cell with others': only one of them has it."""
    return {
        row
        for (top, _), (bottom, right) in page.merged_cell_ranges or ()
        for row in range(top, bottom + 1)
        if bottom > top and right >= answers
    }


def said(cell: object) -> str:
    """A cell as the clerk sees it: a date as dd/mm/yyyy, a number without a fraction as digits."""
    if isinstance(cell, datetime | date):
        return f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _said_yes(lines: Sequence[Line]) -> Counter[str]:
    """How many candidates of each person are said to be the one."""
    return Counter(line.person for line in lines if line.person and line.answer == "right")


def _reason(line: Line, mark: ListMark, secret: bytes, times: Counter[str]) -> str | None:
    """Why the row is not believed; None where it is."""
    if not _holds(line, mark, secret):
        return refusals.CHANGED
    if times[line.key] > 1:
        return refusals.TWICE
    answer, value, note = line.given
    if answer and line.answer is None:
        return refusals.UNKNOWN_ANSWER
    if not answer:
        return refusals.NO_ANSWER if value or note else None
    if line.is_merged:
        return refusals.MERGED
    if value and line.answer == "right":
        return refusals.VALUE_WITH_RIGHT
    of_dose = line.sheet == "doses"
    unclear = refusals.DOSE_VALUE_UNCLEAR if of_dose else refusals.VALUE_UNCLEAR
    return None if plausible(value, of_dose=of_dose) else unclear


def _holds(line: Line, mark: ListMark, secret: bytes) -> bool:
    """Whether the locked cells are those that went out in this very list."""
    code = line.key.partition("-")[0]
    told = locked(line.texts, len(line.texts) - len(ANSWERS))
    sealed = sealed_row(secret, mark.list_id, code, [wording.SHEETS[line.sheet], *told])
    return hmac.compare_digest(sealed.encode(), line.key.encode())


def _answer(line: Line, mark: ListMark, digest: str) -> Answer:
    _, value, note = line.given
    headings = [field.heading for field in FIELDS[line.sheet]]
    graded = line.texts[headings.index(GRADE)] if GRADE in headings else UNGRADED
    return Answer(
        list_id=mark.list_id,
        version=mark.version,
        sheet=line.sheet,
        row=line.row,
        correction_id=line.key.partition("-")[0],
        case_class=line.texts[headings.index(CLASS)],
        evidence_grade=graded[:1],
        answer=str(line.answer),
        corrected_value="; ".join(parts(value)) or None,
        note=note[:LONGEST_NOTE] or None,
        file_sha256=digest,
    )
