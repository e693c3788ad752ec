"""Reading damaged names against the register's own vocabulary.

Instead of guessing an encoding and undoing it, every token that residents really carry is put
through each known accident (keystrokes left in, UTF-8 read as Windows-1252, legacy fonts, letters
lost as "?"); a damaged token is then looked up. What nobody is called is never invented.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from transforms.vietnamese import FOLDS, LETTERS, canonical, damaged_forms

# A reading must be this many times as common as the next one, or the token stays as it is.
DOMINANCE = 5
_NOT_NAME = re.compile(rf"[^{LETTERS}? ]")
_NOTE = re.compile(r"[(\[{].*$")


@dataclass(frozen=True)
class Reading:
    token: str
    decoding: str
    count: int


@dataclass(frozen=True)
class NameDecoder:
    """Damaged form → reading, built once per executor process from (token → count)."""

    vocabulary: dict[str, int]
    forms: dict[str, Reading] = field(repr=False)
    read_before: dict[str, Reading] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, vocabulary: dict[str, int]) -> "NameDecoder":
        return cls(vocabulary, _forms(tuple(sorted(vocabulary.items()))))

    def __reduce__(self) -> tuple[object, ...]:
        """Only the vocabulary travels to executors; the forms are made again there."""
        return (NameDecoder.of, (self.vocabulary,))

    def read(self, raw: str) -> dict[str, str | None]:
        """The name in standard spelling and how it was read (None: it was clean after all)."""
        text = _NOTE.sub("", unicodedata.normalize("NFC", raw)).strip() or raw
        readings = [self._read_token(token) for token in re.split(r"[ \t\r\n]+", text)]
        decodings = sorted({r.decoding for r in readings if r.decoding})
        name = " ".join(r.token for r in readings if r.token)
        if text != unicodedata.normalize("NFC", raw).strip():
            decodings.append("note")
        return {"name": " ".join(name.split()) or None, "decoding": "+".join(decodings) or None}

    def _read_token(self, token: str) -> Reading:
        """What the token reads as; the same few come again and again."""
        if token not in self.read_before:
            self.read_before[token] = self._looked_up(token)
        return self.read_before[token]

    def _looked_up(self, token: str) -> Reading:
        plain = spelled_token(token)
        if plain in self.vocabulary:
            return Reading(plain, "", self.vocabulary[plain])
        found = self.forms.get(token) or self.forms.get(token.upper())
        if found is not None:
            return found
        wildcard = self._read_wildcard(token) if "?" in token else None
        return wildcard or Reading(plain, "lost" if "?" in token else "", 0)

    def _read_wildcard(self, token: str) -> Reading | None:
        """The one token that fits a form with "?" for lost letters, if it clearly dominates."""
        pattern = re.compile(re.escape(canonical(token)).replace(r"\?", "[^ -~]") + r"\Z")
        fits = sorted(
            ((n, t) for t, n in self.vocabulary.items() if pattern.match(t)), reverse=True
        )
        if not fits or (len(fits) > 1 and fits[0][0] < DOMINANCE * fits[1][0]):
            return None
        return Reading(fits[0][1], "lost", fits[0][0])


def spelled_token(token: str) -> str:
    """A token in standard spelling, whatever is no letter of a name taken out."""
    return _NOT_NAME.sub(" ", canonical(token)).strip()


@lru_cache(maxsize=2)
def _forms(vocabulary: tuple[tuple[str, int], ...]) -> dict[str, Reading]:
    """Every damaged form of every marked token; ambiguous forms go to the clearly commonest."""
    known = {token for token, _ in vocabulary}
    readings: dict[str, list[Reading]] = defaultdict(list)
    for token, count in vocabulary:
        if any(letter in FOLDS for letter in token):
            for form, decoding in _all_forms(token):
                readings[form].append(Reading(token, decoding, count))
    chosen = {form: _dominant(rivals) for form, rivals in readings.items() if "?" not in form}
    return {
        form: reading
        for form, reading in chosen.items()
        if reading is not None and canonical(form) not in known
    }


def _dominant(rivals: list[Reading]) -> Reading | None:
    """The commonest reading, unless another token is nearly as common."""
    best = max(rivals, key=lambda reading: (reading.count, reading.token, reading.decoding))
    others = [rival.count for rival in rivals if rival.token != best.token]
    return best if best.count >= DOMINANCE * max(others, default=0) else None


def _all_forms(token: str) -> set[tuple[str, str]]:
    """Forms of the three casings a token is stored in, also with odd blanks trimmed away."""
    cased = (token, token.capitalize(), token.lower())
    forms = {(form, kind) for case in cased for kind, form in damaged_forms(case)}
    forms |= {(form.upper(), kind) for form, kind in forms}
    forms |= {(form.replace("\u00a0", " ").strip(), kind) for form, kind in forms}
    return {(unicodedata.normalize("NFC", form), kind) for form, kind in forms if form != token}
