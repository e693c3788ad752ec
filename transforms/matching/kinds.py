"""What a column's kind stands for when the matching file says no more."""

from dataclasses import dataclass
from typing import Literal

KindName = Literal[
    "given_name", "surname", "name", "text", "date", "code", "postcode", "phone", "email",
    "category", "number", "set",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """Cleaning steps, comparison levels (best first), and the key it gives to default blocking.

    `block` is the steps that make the key from the cleaned value, None for no key; `alone` says
    that the key is rare enough to be a rule by itself.
    """

    clean: tuple[str, ...]
    levels: tuple[str, ...]
    term_frequency: bool = True
    block: tuple[str, ...] | None = ()
    alone: bool = False


WORDS = ("lower", "strip_accents", "punctuation")
NAME = Kind(
    clean=("lower", "strip_accents", "letters"),
    levels=(
        "exact",
        "damerau 1",
        "jaro_winkler 0.9",
        "prefix 1",
        "sounds_alike",
        "jaro_winkler 0.8",
    ),
    block=("soundex",),
)
TEXT = Kind(
    clean=WORDS,
    levels=("exact", "similarity 0.85", "token_sort 0.85", "jaro_winkler 0.85", "token_sort 0.7"),
)
CODE = Kind(clean=("lower", "alphanumeric"), levels=("exact", "damerau 1", "damerau 2"), alone=True)
KINDS: dict[str, Kind] = {
    "given_name": NAME,
    "surname": NAME,
    "name": Kind(
        NAME.clean,
        (
            "exact",
            "jaro_winkler 0.95",
            "token_sort 0.9",
            "jaro_winkler 0.88",
            "shared_words 2",
            "token_sort 0.75",
        ),
    ),
    "text": TEXT,
    "date": Kind(
        clean=(),
        levels=(
            "exact",
            "prefix 4",
            "day_month_swapped",
            "damerau 1",
            "same_day_month",
            "damerau 2",
            "same_year",
            "within_years 1",
            "within_years 10",
        ),
    ),
    "code": CODE,
    "postcode": Kind(CODE.clean, ("exact", "damerau 1", "starts 3", "starts 2")),
    "phone": Kind(("digits", "last 9"), ("exact", "damerau 1"), alone=True),
    "email": Kind(("lower",), ("exact", "damerau 1", "jaro_winkler 0.9"), alone=True),
    "category": Kind(WORDS, ("exact",), term_frequency=False, block=None),
    "number": Kind((), ("exact", "percent 1", "percent 10"), term_frequency=False, block=None),
    "set": Kind(WORDS, ("exact", "contains", "overlap 1"), term_frequency=False, block=None),
}
