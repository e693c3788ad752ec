"""What stands on each sheet of a list, column by column."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from jobs.lists import wording

Row = dict[str, Any]
LONGEST_TEXT = 1_000


class Field(NamedTuple):
    """One column of a sheet: two lines of heading, a width in characters, what stands in a cell."""

    group: str
    heading: str
    width: float
    cell: Callable[[Row], tuple[str, str]]  # text and format


class Sheet(NamedTuple):
    """One sheet: its name, the rows it takes, its columns; the last three are for answers."""

    name: str
    rows: list[Row]
    fields: Sequence[Field]


def plain(text: object) -> str:
    """Any value as the text of a cell, cut where nobody reads on."""
    said = "" if text is None else str(text)
    return said if len(said) <= LONGEST_TEXT else said[: LONGEST_TEXT - 1] + "…"


def written(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "?"


def given_doses(row: Row) -> str:
    """The doses of a correction, one a line: number, date, facility."""
    numbers, days, facilities = row["dose_numbers"], row["injected_on"], row["facility_codes"]
    return "\n".join(
        f"{number or '?'}) {written(day)} – {facility or '?'}"
        for number, day, facility in zip(numbers, days, facilities, strict=True)
    )


def _currently(name: str) -> Callable[[Row], tuple[str, str]]:
    def cell(row: Row) -> tuple[str, str]:
        style = "wrong" if row[f"proposed_{name}"] is not None else "text"
        return plain(row[f"current_{name}"]) or wording.NONE_TYPED, style

    return cell


def _proposal(name: str) -> Callable[[Row], tuple[str, str]]:
    def cell(row: Row) -> tuple[str, str]:
        value = row[f"proposed_{name}"]
        return plain(value), "text" if value is None else "proposal"

    return cell


def _blank(_: Row) -> tuple[str, str]:
    return "", "answer"


WIDTHS = {"id_number": 13, "full_name": 17, "date_of_birth": 10, "sex": 5.5}
NUMBER = Field("", "STT", 4.5, lambda row: (str(row["number"]), "centre"))
KEYS = (
    Field("", "Mã dòng", 9.5, lambda row: (row["correction_id"], "small")),
    Field("", "Loại", 5, lambda row: (row["case_class"], "centre")),
)
GRADE = Field("", "Mức tin cậy", 6, lambda row: (row["evidence_grade"], "centre"))
FACTS = (
    Field("", "Căn cứ", 24, lambda row: (wording.evidence_text(row["evidence"]), "text")),
    Field("", "Số mũi", 5, lambda row: (str(row["doses"]), "centre")),
    Field("", "Mũi: ngày – cơ sở tiêm", 19, lambda row: (given_doses(row), "text")),
)
ANSWERS = (
    Field(wording.ANSWER, "Trả lời", 12, _blank),
    Field(wording.ANSWER, "Giá trị đúng (nếu khác)", 15, _blank),
    Field(wording.ANSWER, "Ghi chú", 11, _blank),
)


def side_by_side(now: str, other: str) -> tuple[Field, ...]:
    """Each field twice: what is recorded and what the other side says."""
    return tuple(
        field
        for name, label in wording.FIELDS.items()
        for field in (
            Field(label, now, WIDTHS[name], _currently(name)),
            Field(label, other, WIDTHS[name], _proposal(name)),
        )
    )


RECORDED = tuple(
    Field("Đang ghi trên nền tảng tiêm chủng", label, WIDTHS[name], _currently(name))
    for name, label in wording.FIELDS.items()
)
PLATFORM = (NUMBER, *KEYS, *side_by_side("Đang ghi", "Đề xuất"), GRADE, *FACTS, *ANSWERS)
REVIEW = (NUMBER, *KEYS, *RECORDED, *FACTS, *ANSWERS)
POPULATION = (NUMBER, *KEYS, *side_by_side("Nơi tiêm ghi", "Dân cư ghi"), GRADE, *FACTS, *ANSWERS)


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column, near enough to set the height of its row."""
    return sum(1 + int(len(part) / (width * 1.25)) for part in text.split("\n"))


def sheets(rows: Iterable[Row]) -> list[Sheet]:
    """The sheets of a list; a sheet without rows is left out."""
    parts: dict[str, list[Row]] = {name: [] for name in (wording.PLATFORM, wording.REVIEW)}
    parts[wording.POPULATION] = []
    for row in rows:
        parts[part_of(row)].append(row)
    fields = {wording.PLATFORM: PLATFORM, wording.REVIEW: REVIEW, wording.POPULATION: POPULATION}
    return [Sheet(name, found, fields[name]) for name, found in parts.items() if found]


def part_of(row: Row) -> str:
    """The sheet a correction stands on: each on exactly one."""
    if row["side"] == "population":
        return wording.POPULATION
    return wording.REVIEW if row["disposition"] == "review" else wording.PLATFORM
