"""What stands on each sheet of a list, column by column."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from jobs.lists import wording
from jobs.lists.differences import alike

Row = dict[str, Any]
Cell = tuple[str, str]  # text and format
LONGEST_TEXT = 1_000
# What XML cannot hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Field(NamedTuple):
    """One column of a sheet: two lines of heading, a width in characters, what stands in a cell.

    `beside` names the recorded value that a proposal is compared with, letter by letter.
    """

    group: str
    heading: str
    width: float
    cell: Callable[[Row], Cell]
    beside: str | None = None


def plain(text: object) -> str:
    """Any value as the text of a cell, cut where nobody reads on."""
    if text is None:
        return ""
    said = writable(str(text))
    return said if len(said) <= LONGEST_TEXT else said[: LONGEST_TEXT - 1] + "…"


def writable(text: str) -> str:
    """The text without what XML cannot hold, and no reader of a CSV expects."""
    return text if text.isprintable() else UNWRITABLE.sub("", text)


@lru_cache(maxsize=4_096)
def written(day: date | None) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}" if day else "?"


def given_doses(row: Row) -> str:
    """The doses of a correction, one a line: number, date, facility; vaccine of one to look up."""
    given = ("dose_numbers", "injected_on", "facility_codes", "vaccines")
    tells_vaccine = row["sheet"] == "doses"
    lines = []
    for number, day, facility, vaccine in zip(*(row[name] for name in given), strict=True):
        dose = f"{number or '?'}) {written(day)} – {plain(facility) or '?'}"
        lines.append(f"{dose} – {plain(vaccine)}" if tells_vaccine and vaccine else dose)
    return "\n".join(lines)


def shown(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they stand on a sheet: each candidate of a review is a row of its own."""
    for row in rows:
        candidates = row["candidates"] if row["sheet"] == "review" else None
        for rank, candidate in enumerate(candidates or (), start=1):
            proposed = {f"proposed_{name}": candidate[name] for name in wording.FIELDS}
            told = {name: candidate[name] for name in ("correction_id", "evidence", "place")}
            yield row | proposed | told | {"rank": rank}
        if not candidates:
            yield row


def _currently(name: str) -> Callable[[Row], Cell]:
    current, proposed = f"current_{name}", f"proposed_{name}"

    def cell(row: Row) -> Cell:
        style = "wrong" if row[proposed] is not None else "text"
        return plain(row[current]) or wording.NONE_TYPED, style

    return cell


def _proposal(name: str) -> Callable[[Row], Cell]:
    proposed = f"proposed_{name}"

    def cell(row: Row) -> Cell:
        value = row[proposed]
        return ("", "text") if value is None else (plain(value), "proposal")

    return cell


def _other(state: str) -> Callable[[str], Callable[[Row], Cell]]:
    """What one of two registers says, where either may be wrong; what differs stands out."""

    def of_field(name: str) -> Callable[[Row], Cell]:
        told, proposed = f"{state}_{name}", f"proposed_{name}"
        empty = wording.NONE_TYPED if state == "current" else ""

        def cell(row: Row) -> Cell:
            return plain(row[told]) or empty, "text" if row[proposed] is None else "differs"

        return cell

    return of_field


def _typed(name: str) -> Callable[[Row], Cell]:
    current = f"current_{name}"
    return lambda row: (plain(row[current]) or wording.NONE_TYPED, "text")


def _candidate(name: str) -> Callable[[Row], Cell]:
    current, proposed = f"current_{name}", f"proposed_{name}"

    def cell(row: Row) -> Cell:
        value, typed = plain(row[proposed]), plain(row[current])
        hidden = value.startswith("*") and typed.endswith(value.lstrip("*"))
        agrees = not value or hidden or alike(value, typed)
        return value, "text" if agrees else "proposal"

    return cell


def _numbered(row: Row) -> Cell:
    return (f"{row['number']}.{row['rank']}" if "rank" in row else str(row["number"])), "centre"


def _answered(name: str) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        for given in row.get("answered") or ():
            if given["correction_id"] == row["correction_id"]:
                return _given(given)[name], "answer"
        return "", "answer"

    return cell


def _given(given: Mapping[str, Any]) -> dict[str, str]:
    """An answer that came back earlier; where places contradict, both and no answer."""
    if given["in_conflict"]:
        said = " / ".join(wording.ANSWER_WORDS[answer] for answer in given["answers"])
        return {"answer": "", "corrected_value": "", "note": wording.contradiction(said)}
    words = {name: plain(given[name]) for name in ("corrected_value", "note")}
    return words | {"answer": wording.ANSWER_WORDS[given["answer"]]}


def _household(row: Row) -> Cell:
    """The household's number on the sheet, behind the hamlet where the register names one."""
    known = (plain(row.get("hamlet")), str(row.get("household") or ""))
    return " – ".join(part for part in known if part), "centre"


def _grade(row: Row) -> Cell:
    grade = row["evidence_grade"]
    return f"{grade}: {wording.GRADES[grade]}", "centre"


HOUSEHOLD = Field("", "Thôn – hộ", 7.5, _household)
WIDTHS = {"id_number": 13, "full_name": 17, "date_of_birth": 10, "sex": 5.5}
KEY = "Mã dòng"
NUMBER = Field("", "STT", 4.5, _numbered)
KEYS = (
    Field("", KEY, 9.5, lambda row: (row["correction_id"], "small")),
    Field("", "Loại", 5, lambda row: (row["case_class"], "centre")),
)
GRADE = Field("", "Mức tin cậy", 9, _grade)
REASON = Field("", "Căn cứ", 24, lambda row: (wording.reasons(row), "text"))
GIVEN = Field("", "Mũi: ngày – cơ sở tiêm", 22, lambda row: (given_doses(row), "text"))
FACTS = (REASON, Field("", "Số mũi", 5, lambda row: (str(row["doses"]), "centre")), GIVEN)
ANSWERS = (
    Field(wording.ANSWER, "Trả lời", 12, _answered("answer")),
    Field(wording.ANSWER, "Giá trị đúng (nếu khác)", 15, _answered("corrected_value")),
    Field(wording.ANSWER, "Ghi chú", 11, _answered("note")),
)


def side_by_side(
    now: str, other: str, cells: Iterable[Callable[[str], Callable[[Row], Cell]]]
) -> tuple[Field, ...]:
    """Each field twice: what is recorded and what the other side says."""
    return tuple(
        Field(label, heading, WIDTHS[name], cell(name), beside and f"{beside}{name}")
        for name, label in wording.FIELDS.items()
        for heading, cell, beside in zip((now, other), cells, (None, "current_"), strict=True)
    )


MARKED = (_currently, _proposal)  # the difference in colour
EITHER = (_other("current"), _other("proposed"))
HOME = Field(
    "", "Nơi thường trú của người có thể trùng", 16, lambda row: (plain(row.get("place")), "text")
)
PERSON = tuple(
    Field("", wording.FIELDS[name], WIDTHS[name] + 3, _typed(name))
    for name in ("full_name", "date_of_birth", "id_number")
)
PROBLEM = Field("", "Vấn đề", 34, REASON.cell)
LISTED = Field("", "Mũi: ngày – cơ sở tiêm – vắc xin", 32, lambda row: (given_doses(row), "text"))
FIELDS: dict[str, tuple[Field, ...]] = {
    "platform": (
        NUMBER, *KEYS, HOUSEHOLD, *side_by_side("Đang ghi", "Đề xuất", MARKED), GRADE, *FACTS,
        *ANSWERS,
    ),
    "review": (
        NUMBER, *KEYS, *side_by_side("Đang ghi", "Có thể trùng", (_typed, _candidate)), HOME,
        *FACTS, *ANSWERS,
    ),
    "population": (
        NUMBER, *KEYS, *side_by_side("Tiêm chủng", "Dân cư", EITHER), GRADE, *FACTS,
        *ANSWERS,
    ),
    "doses": (NUMBER, *KEYS, *PERSON, PROBLEM, LISTED, *ANSWERS),
}  # fmt: skip
KEY_AT = 1


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column, near enough to set the height of its row."""
    capitals = text.isupper() and text[0].isalpha()
    fitting = width * (0.85 if capitals else 1.15)
    return sum(1 + int(len(part) / fitting) for part in text.split("\n"))
