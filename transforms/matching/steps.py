"""Cleaning steps by the name that a matching file gives them: text in, text out, empty is null."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.columns import digits, filled, single_spaced
from transforms.similarity import metaphone

Step = Callable[[Column], Column]
NO_DECOMPOSITION = {"đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "ð": "d"}
MARKS = "".join(map(chr, range(0x300, 0x370)))


def _unaccented() -> tuple[str, str]:
    """Letters with marks and, position by position, the letters under them."""
    table = dict(NO_DECOMPOSITION)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[chr(code)] = base
    return "".join(table), "".join(table.values())


MARKED, BARE = _unaccented()
PLAIN: dict[str, Step] = {
    "lower": F.lower,
    # Combining marks stand after the letters to replace, so translate drops them.
    "strip_accents": lambda text: F.translate(text, MARKED + MARKS, BARE),
    "punctuation": lambda text: F.regexp_replace(text, r"[^\p{L}\p{N}]+", " "),
    "letters": lambda text: F.regexp_replace(text, r"[^\p{L}]+", " "),
    "alphanumeric": lambda text: F.regexp_replace(text, r"[^\p{L}\p{N}]+", ""),
    "digits": digits,
    "spaces": single_spaced,
    "no_spaces": lambda text: F.replace(text, F.lit(" "), F.lit("")),
    "sort_tokens": lambda text: F.array_join(F.array_sort(F.split(text, " ")), " "),
    "no_leading_zeros": lambda text: F.regexp_replace(text, "^0+", ""),
    "soundex": F.soundex,
    "metaphone": metaphone,
}
WITH_NUMBER: dict[str, Callable[[Column, int], Column]] = {
    "first": lambda text, n: F.substring(text, 1, n),
    "last": lambda text, n: F.when(F.length(text) > n, F.substring(text, -n, n)).otherwise(text),
    "token": lambda text, n: F.get(F.split(text, " "), F.lit(n - 1)),
}
NAMED = re.compile(r"([a-z_]+)(?: (\d+))?")


def checked_step(step: str) -> str:
    """The step itself; ValueError that lists the known ones when it is none."""
    found = NAMED.fullmatch(step)
    name, number = (found[1], found[2]) if found else ("", None)
    if name in (PLAIN if number is None else WITH_NUMBER):
        return step
    known = [*PLAIN, *(f"{with_number} N" for with_number in WITH_NUMBER)]
    raise ValueError(f"unknown step {step!r}; there are {', '.join(known)}")


def _step(step: str) -> Step:
    name, _, number = step.partition(" ")
    if number:
        return lambda text: WITH_NUMBER[name](text, int(number))
    return PLAIN[name]


def after_steps(text: Column, steps: Sequence[str]) -> Column:
    """The text after all steps in order."""
    return reduce(lambda column, step: _step(step)(column), steps, text)


def cleaned(text: Column, steps: Sequence[str]) -> Column:
    """The text after all steps in order; null where nothing is left."""
    return filled(after_steps(text, steps))
