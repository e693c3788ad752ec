"""Regional spellings: a word as other people say it, and so write it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.synthesis.reference import Rows
from transforms.synthesis.spelling import LOWER, TONES, nfc


def _toned_forms(vowels: str) -> str:
    return "".join(nfc(v + t) for v in vowels for t in ("", *TONES))


# Where a spelling is possible at all: k, gh and ngh before front vowels, nh after some.
BEFORE = {
    "k": _toned_forms("eêiy"),
    "gh": _toned_forms("eê"),
    "ngh": _toned_forms("eêi"),
    "nh": _toned_forms("aiê"),
}


@dataclass(frozen=True)
class Confusions:
    """The simple pairs of the list, tried once per word: names repeat."""

    rows: Rows
    tried: dict[str, list[str]] = field(default_factory=dict)

    def respelt(self, word: pl.Expr, uniform: pl.Expr) -> pl.Expr:
        """The word as another region would write it, or null when no confusion applies."""
        return pl.map_batches([word, uniform], self._drawn, return_dtype=pl.String)

    def _drawn(self, columns: Sequence[pl.Series]) -> pl.Series:
        words, uniforms = columns
        drawn = [
            None if word is None else _one_of(self.variants(word), uniform)
            for word, uniform in zip(words, uniforms, strict=True)
        ]
        return pl.Series(drawn, dtype=pl.String)

    def variants(self, word: str) -> list[str]:
        """Every other spelling of the word, in the order of the list."""
        if word not in self.tried:
            spelt = (re.sub(pattern, into, word) for pattern, into in confusion_rules(self.rows))
            self.tried[word] = [other for other in spelt if other != word]
        return self.tried[word]


def _one_of(variants: list[str], uniform: float) -> str | None:
    return variants[int(uniform * len(variants))] if variants else None


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
        return [(f"(?<=[^aăâeêoôơuư]){nfc(one + t)}$", nfc(other + t)) for t in ("", *TONES)]
    return []
