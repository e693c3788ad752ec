"""What a clerk writes, in one spelling: what a right value is about, and whether it can be one."""

import re
import unicodedata
from datetime import date

from transforms.vietnamese import ETHS, fold

NUMBER = re.compile(r"\d{9}|\d{12}", re.ASCII)
BIRTH = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})", re.ASCII)
NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)+\.?")
SEXES = ("NAM", "NU")
OLDEST, LATEST = 1890, 2022
# Of a dose: its number, or the name of a vaccine or of a place.
ORDINAL = re.compile(r"(?:MUI )?\d{1,2}")
LABEL = re.compile(r"[A-Z][\w /().,-]{1,60}")
BETWEEN = re.compile(r"[;\n]")
IN_NUMBERS = str.maketrans("", "", " .")
DJ = str.maketrans(dict(zip(ETHS, "ĐĐđđ", strict=True)))


def tidy(text: str) -> str:
    """The text in one spelling: composed, one Đ, single blanks; keyboards and programs differ."""
    return " ".join(unicodedata.normalize("NFC", text).translate(DJ).split())


def spoken(text: str) -> str:
    """What a word of a drop-down is known by: without marks, capitals or a full stop."""
    return fold(tidy(text)).rstrip(".,;! ")


def parts(value: str) -> list[str]:
    """The values of a cell, cut at semicolons and line breaks; empty ones are nobody's."""
    return [said for said in map(tidy, BETWEEN.split(value)) if said]


def plausible(value: str, *, of_dose: bool = False) -> bool:
    """Whether every part of a corrected value can be what it is about: a person or a dose."""
    can_be = is_of_dose if of_dose else kind_of
    return all(can_be(part) for part in parts(value))


def kind_of(part: str) -> str | None:
    """The field of a person that a corrected value is about, told by its form."""
    if NUMBER.fullmatch(part.translate(IN_NUMBERS)):
        return "id_number"
    if fold(part) in SEXES:
        return "sex"
    if found := BIRTH.fullmatch(part):
        return "date_of_birth" if _is_day(*found.groups()) else None
    return "full_name" if NAME.fullmatch(part) else None


def is_of_dose(part: str) -> bool:
    """Whether a corrected value can be the day, the number, the vaccine or the place of a dose."""
    if found := BIRTH.fullmatch(part):
        return _is_day(*found.groups())
    said = fold(part)
    return bool(ORDINAL.fullmatch(said) or LABEL.fullmatch(said))


def _is_day(day: str | None, month: str | None, year: str) -> bool:
    try:
        born = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return OLDEST <= born.year <= LATEST
