"""Names as numbers: which token each has in which place, and what is known of every token.

A few thousand tokens make all names of a nation: whatever is asked of a token is asked once, and a
million names are compared as whole numbers.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.expressions import replaced
from transforms.vietnamese import FOLDS

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.float64]
Measure = Callable[[list[str], list[str]], Flags]

NO_TOKEN = -1  # the last entry of whatever is known by token, as arrays count from the end
SURNAME, MIDDLE, GIVEN = range(3)
ROLES = ("s:", "m:", "g:")
KEPT_TOKENS = 2**15
_FOLD = str.maketrans(FOLDS)


@dataclass(frozen=True)
class TokenFrequencies:
    """Share of residents that carry a folded token in each role."""

    shares: Mapping[str, float]
    floor: float

    def bits(self, token: str) -> float:
        """−log2 of the share, of a token with its role before it ("s:NGUYEN")."""
        return self._known.get(token, self._unknown)

    @cached_property
    def _known(self) -> dict[str, float]:
        return {token: -math.log2(max(share, self.floor)) for token, share in self.shares.items()}

    @cached_property
    def _unknown(self) -> float:
        return -math.log2(self.floor)


class Vocabulary(NamedTuple):
    """Folded tokens, and what comparisons ask of each; one entry more, of no token at all."""

    texts: list[str]
    lengths: Numbers
    sounds: Numbers  # the same number for all that sound alike,
    first_letters: Numbers  # for all that begin with the same letter,
    two_letters: Numbers  # and for all that begin with the same two
    is_known: Flags  # whether a resident has it
    bits: Bits  # by role and token

    @classmethod
    def of(cls, texts: list[str], frequencies: TokenFrequencies) -> "Vocabulary":
        begun = [text[:1] for text in texts] + [text[:2] for text in texts]
        beginnings = _numbered(begun)
        bits = [[frequencies.bits(role + text) for text in texts] for role in ROLES]
        return cls(
            texts,
            np.array([*map(len, texts), 0], np.int32),
            _with_none(_numbered([sound(text) for text in texts])),
            _with_none(beginnings[: len(texts)]),
            _with_none(beginnings[len(texts) :]),
            np.array([*(_known(text, frequencies) for text in texts), False]),
            np.array([[*of_role, 0.0] for of_role in bits]),
        )

    def measured(self, left: Numbers, right: Numbers, measure: Measure) -> Flags:
        """`measure` of tokens pair by pair; each distinct pair is measured once."""
        size = max(len(self.texts), 1)
        pairs, at = np.unique(left.astype(np.int64) * size + right, return_inverse=True)
        typed, real = ([self.texts[token] for token in side] for side in divmod(pairs, size))
        found: Flags = measure(typed, real)[at]
        return found

    def confused(
        self, left: Numbers, right: Numbers, confusions: Collection[Collection[str]]
    ) -> Flags:
        """Whether tokens are known to be mistaken for each other, pair by pair."""
        both_ways = {(a, b) for pair in confusions for a in pair for b in pair if a != b}

        def known(typed: list[str], real: list[str]) -> Flags:
            return np.array([pair in both_ways for pair in zip(typed, real, strict=True)], np.bool_)

        return self.measured(left, right, known)

    def begins(self, short: Numbers, full: Numbers) -> Flags:
        """Whether the one token is what the other begins with, and has two letters at most."""
        length = self.lengths[short]
        one = (length == 1) & (self.first_letters[short] == self.first_letters[full])
        two = (length == 2) & (self.two_letters[short] == self.two_letters[full])
        found: Flags = one | two
        return found


class Names(NamedTuple):
    """n names, k places: the tokens of each in order, NO_TOKEN where it has no more."""

    toned: Numbers
    folded: Numbers
    sizes: Numbers  # how many tokens each has; at least one

    @property
    def first(self) -> Numbers:
        return self.folded[:, 0]

    @property
    def last(self) -> Numbers:
        return self.folded[np.arange(len(self.sizes)), self.sizes - 1]

    def bits(self, words: Vocabulary) -> Bits:
        """−log2 of the chance that a random resident has the name, its tokens independent."""
        whole = np.zeros(len(self.sizes))
        # One place after the other, so that not even the last digit depends on who else is there.
        for place, tokens in enumerate(self.folded.T):
            role = SURNAME if place == 0 else MIDDLE
            is_last = self.sizes == place + 1
            whole += np.where(is_last, words.bits[GIVEN][tokens], words.bits[role][tokens])
        return whole


class Read(NamedTuple):
    """Names as they were read: by token, with what is known of these."""

    names: Names
    words: Vocabulary
    is_plain: Flags  # by toned token: whether it has no marks


def read(names: pl.Series, frequencies: TokenFrequencies) -> Read:
    """Names of single-spaced tokens, none of them missing."""
    tokens = names.str.split(" ")
    sizes = tokens.list.len().cast(pl.Int32).to_numpy()
    each = tokens.explode().rename("toned")
    toned = pl.DataFrame({"toned": each.unique(maintain_order=True)}).with_columns(
        folded=replaced(pl.col("toned"), FOLDS)
    )
    folded = toned["folded"].unique(maintain_order=True)
    of_toned = _numbers(toned["folded"], folded)
    placed = _placed(_numbers(each, toned["toned"]), sizes)
    return Read(
        Names(placed, _with_none(of_toned)[placed], sizes),
        Vocabulary.of(folded.to_list(), frequencies),
        np.array([*(toned["toned"] == toned["folded"]), True]),
    )


def everywhere(flags: Flags) -> Flags:
    """Of each pair whether it holds in all places."""
    whole: Flags = np.all(flags, axis=1)
    return whole


def rarities(names: pl.Series, frequencies: TokenFrequencies) -> pl.Series:
    """−log2 of the chance that a random resident has each name; null where there is none."""
    known = pl.DataFrame({"name": names}).with_row_index("at").drop_nulls("name")
    bits = np.full(len(names), np.nan)
    for some in of_like_sizes(known, ["name"]):
        found = read(some["name"], frequencies)
        bits[some["at"].to_numpy()] = found.names.bits(found.words)
    return pl.Series(bits, nan_to_null=True)


def of_like_sizes(rows: pl.DataFrame, columns: Sequence[str]) -> list[pl.DataFrame]:
    """The rows, apart by how many tokens the longest name of these columns has: within a factor of
    two, so that one endless name does not make all names' matrix as wide as itself.
    """
    spaces = pl.max_horizontal(pl.col(*columns).str.count_matches(" ", literal=True))
    size = spaces.bitwise_leading_zeros().alias("size")
    return rows.with_columns(size).partition_by("size", include_key=False)


def fold(text: str) -> str:
    """The upper-case text without any mark."""
    return text.translate(_FOLD)


_SOUNDS = (
    ("NGH", "NG"), ("GH", "G"), ("TR", "CH"), ("GI", "D"), ("QU", "W"), ("S", "X"), ("K", "C"),
    ("R", "D"), ("V", "D"), ("L", "N"),
)  # fmt: skip
_CODAS = (("NG", "N"), ("NH", "N"), ("CH", "T"), ("C", "T"))


@lru_cache(maxsize=KEPT_TOKENS)
def sound(token: str) -> str:
    """A key that regional spellings of one syllable share (reference: phonetic_confusions.csv)."""
    token = token.replace("Y", "I")
    for written, key in _SOUNDS:
        if token.startswith(written):
            token = key + token[len(written) :]
            break
    for written, key in _CODAS:
        if token.endswith(written) and len(token) > len(written):
            return token[: -len(written)] + key
    return token


def _known(text: str, frequencies: TokenFrequencies) -> bool:
    return any(role + text in frequencies.shares for role in ROLES)


def _numbered(texts: list[str]) -> Numbers:
    """The same number for the same text."""
    numbers = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    return np.array([numbers[text] for text in texts], np.int32)


def _with_none(numbers: Numbers) -> Numbers:
    return np.append(numbers, np.int32(NO_TOKEN))


def _numbers(texts: pl.Series, distinct: pl.Series) -> Numbers:
    """Where each text is among the distinct ones."""
    return texts.cast(pl.Enum(distinct)).to_physical().cast(pl.Int32).to_numpy()


def _placed(tokens: Numbers, sizes: Numbers) -> Numbers:
    """The tokens of all names, one row a name."""
    whole = np.full((len(sizes), max(sizes, default=0)), NO_TOKEN, np.int32)
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(tokens)) - np.repeat(starts, sizes)
    whole[np.repeat(np.arange(len(sizes)), sizes), place] = tokens
    return whole
