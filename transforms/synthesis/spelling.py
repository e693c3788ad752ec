"""Slips of the pen in Vietnamese words: a wrong tone, a regional spelling, no marks at all."""

import unicodedata
from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.synthesis.reference import Rows

VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền sắc hỏi ngã nặng


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


LOWER = "".join(_nfc(v + t) for v in VOWELS for t in ("", *TONES)) + "đ"
LETTERS = "".join(c for c in LOWER + LOWER.upper() if c not in "aeiouyAEIOUY")
PLAIN = "".join({"đ": "d", "Đ": "D"}.get(c) or unicodedata.normalize("NFD", c)[0] for c in LETTERS)


def _toned(tone: str) -> str:
    return "".join(_nfc(v + tone) for v in VOWELS + VOWELS.upper())


def _shaped(one: str) -> str:
    return "".join(_nfc(case + t) for case in (one, one.upper()) for t in ("", *TONES))


def _toned_forms(vowels: str) -> str:
    return "".join(_nfc(v + t) for v in vowels for t in ("", *TONES))


# Where a spelling is possible at all: k, gh and ngh before front vowels, nh after some.
BEFORE = {
    "k": _toned_forms("eêiy"),
    "gh": _toned_forms("eê"),
    "ngh": _toned_forms("eêi"),
    "nh": _toned_forms("aiê"),
}


def _swap(one: str, other: str) -> tuple[str, str]:
    return one + other, other + one


GRAVE, ACUTE, HOOK, TILDE, DOT = map(_toned, TONES)
# In the order they are met: hỏi/ngã first (South and Centre), then the shapes, then other tones.
SLIPS = (
    _swap(HOOK, TILDE),
    _swap(_shaped("ă"), _shaped("â")),
    _swap(GRAVE, ACUTE),
    _swap(_shaped("ô"), _shaped("ơ")),
    _swap(_shaped("u"), _shaped("ư")),
    (DOT, TILDE),
    _swap(_shaped("e"), _shaped("ê")),
    _swap(_shaped("a"), _shaped("â")),
)


def unmarked(text: Column) -> Column:
    """The text without any diacritic."""
    return F.translate(text, LETTERS, PLAIN)


def tone_slip(word: Column, uniform: Column) -> Column:
    """The word with one kind of mark changed; never the word itself while it has a vowel."""
    options = [_changed(word, F.translate(word, *slip)) for slip in SLIPS]
    turned = options[2:] + options[:2]
    return F.coalesce(
        F.when(uniform < 0.5, F.coalesce(*options)).otherwise(F.coalesce(*turned)),
        F.concat(word, F.lit("h")),
    )


def _changed(word: Column, other: Column) -> Column:
    return F.when(other != word, other)


def respelt(word: Column, uniform: Column, confusions: Rows) -> Column:
    """The word as another region would write it, or null when no confusion applies."""
    variants = [
        F.regexp_replace(word, pattern, into) for pattern, into in confusion_rules(confusions)
    ]
    other = F.filter(F.array(*variants), lambda variant: variant != word)
    return F.get(other, F.floor(uniform * F.size(other)).cast("int"))


def confusion_rules(confusions: Rows) -> Sequence[tuple[str, str]]:
    """(regular expression, replacement) both ways for every simple pair of the list."""
    rules: list[tuple[str, str]] = []
    for row in confusions:
        one, other = row["form_a"], row["form_b"]
        if all(form.isalpha() for form in (one, other)):
            rules += _rule(row["slot"], one, other) + _rule(row["slot"], other, one)
    return rules


def _rule(slot: str, one: str, other: str) -> list[tuple[str, str]]:
    if slot == "onset":
        vowel = BEFORE.get(one, BEFORE.get(other, LOWER))
        return [(f"^{one.title()}(?=[{vowel}])", other.title())]
    if slot == "coda":
        return [(f"(?<=[{BEFORE.get(other, LOWER)}]){one}$", other)]
    if slot in ("surname", "given"):
        return [(f"^{one}$", other)]
    if slot == "nucleus" and {one, other} == {"i", "y"}:
        return [(f"(?<=[^aăâeêoôơuư]){_nfc(one + t)}$", _nfc(other + t)) for t in ("", *TONES)]
    return []
