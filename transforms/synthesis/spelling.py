"""Slips of the pen in Vietnamese words: a wrong tone, a regional spelling, no marks at all."""

import unicodedata
from collections.abc import Sequence

import polars as pl

from transforms.expressions import replaced
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


def unmarked(text: pl.Expr) -> pl.Expr:
    """The text without any diacritic."""
    return exchanged(text, LETTERS, PLAIN)


def marked(text: pl.Expr) -> pl.Expr:
    """Whether the text has a diacritic."""
    return text.str.contains(f"[{LETTERS}]")


def exchanged(text: pl.Expr, letters: str, others: str) -> pl.Expr:
    """The text with each of `letters` as the one in its place in `others`."""
    return replaced(text, dict(zip(letters, others, strict=True)))


def tone_slip(word: pl.Expr, uniform: pl.Expr) -> pl.Expr:
    """The word with one kind of mark changed; never the word itself while it has a vowel."""
    options = [_changed(word, exchanged(word, *slip)) for slip in SLIPS]
    turned = options[2:] + options[:2]
    slipped = pl.when(uniform < 0.5).then(pl.coalesce(options)).otherwise(pl.coalesce(turned))
    return pl.coalesce(slipped, word + "h")


def _changed(word: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(other != word).then(other)


def respelt(word: pl.Expr, uniform: pl.Expr, confusions: Rows) -> pl.Expr:
    """The word as another region would write it, or null when no confusion applies."""
    variants = [
        _changed(word, word.str.replace_all(pattern, into))
        for pattern, into in confusion_rules(confusions)
    ]
    other = pl.concat_list(variants).list.drop_nulls()
    return other.list.get((uniform * other.list.len()).cast(pl.Int32), null_on_oob=True)


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
        return [(f"^{one.title()}([{vowel}])", f"{other.title()}${{1}}")]
    if slot == "coda":
        return [(f"([{BEFORE.get(other, LOWER)}]){one}$", f"${{1}}{other}")]
    if slot in ("surname", "given"):
        return [(f"^{one}$", other)]
    if slot == "nucleus" and {one, other} == {"i", "y"}:
        toned = ((_nfc(one + t), _nfc(other + t)) for t in ("", *TONES))
        return [(f"([^aăâeêoôơuư]){spelt}$", f"${{1}}{into}") for spelt, into in toned]
    return []
