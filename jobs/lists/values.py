"""What a clerk writes as the right value: which field it is about, and whether it can be one."""

import re
import unicodedata
from datetime import date

NUMBER = re.compile(r"\d{9}|\d{12}", re.ASCII)
BIRTH = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})", re.ASCII)
NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)+\.?")
SEXES = ("nam", "nữ")
OLDEST, LATEST = 1890, 2022


def plausible(value: str) -> bool:
    """Whether every part of a corrected value can be a number, a birth date, a name or a sex."""
    return all(kind_of(part.strip()) is not None for part in value.split(";")) if value else True


def kind_of(part: str) -> str | None:
    """The field that a corrected value is about, told by its form."""
    if NUMBER.fullmatch(part):
        return "id_number"
    if part.casefold() in SEXES:
        return "sex"
    if found := BIRTH.fullmatch(part):
        return "date_of_birth" if _is_day(*found.groups()) else None
    return "full_name" if NAME.fullmatch(unicodedata.normalize("NFC", part)) else None


def _is_day(day: str | None, month: str | None, year: str) -> bool:
    try:
        born = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return OLDEST <= born.year <= LATEST
