"""Where two spellings of one value differ: what a clerk's eye should fall on."""

import re
import unicodedata

ZEROS = re.compile(r"\b0+(?=\d+/)")
Span = tuple[int, int]


def alike(one: str, other: str) -> bool:
    """Whether the two differ in nothing but capitals, blanks and the zeros of a day or month."""
    return one == other or _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(ZEROS.sub("", unicodedata.normalize("NFC", text).casefold()).split())


def difference(one: str, other: str) -> Span | None:
    """From where to where `other` differs; None where that is nothing, or most of it."""
    here, there = one.lower(), other.lower()
    if len(there) != len(other):  # a letter that is two when small: places would not fit
        return None
    start = _alike_from_the_left(here, there)
    end = len(there) - _alike_from_the_left(here[start:][::-1], there[start:][::-1])
    return (start, end) if 0 < 2 * (end - start) <= len(other) else None


def _alike_from_the_left(one: str, other: str) -> int:
    for at, (letter, its) in enumerate(zip(one, other, strict=False)):
        if letter != its:
            return at
    return min(len(one), len(other))
