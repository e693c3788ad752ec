"""Slips of the pen in Vietnamese words: a wrong tone, no marks at all."""

import unicodedata

import polars as pl

from transforms.expressions import replaced

VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền sắc hỏi ngã nặng


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


LOWER = "".join(nfc(v + t) for v in VOWELS for t in ("", *TONES)) + "đ"
LETTERS = "".join(c for c in LOWER + LOWER.upper() if c not in "aeiouyAEIOUY")
PLAIN = "".join({"đ": "d", "Đ": "D"}.get(c) or unicodedata.normalize("NFD", c)[0] for c in LETTERS)


def _toned(tone: str) -> str:
    return "".join(nfc(v + tone) for v in VOWELS + VOWELS.upper())


def _shaped(one: str) -> str:
    return "".join(nfc(case + t) for case in (one, one.upper()) for t in ("", *TONES))


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
