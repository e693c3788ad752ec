"""Two names compared one by one, token after token: what `name_comparison` must say of each pair.

Written for a pair at a time and with other libraries than the product, which compares matrices.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import jellyfish

from transforms.name_tokens import TokenFrequencies

CLOSE_NAMES = 0.9
BITS_OF_A_LETTER = 4.0
ONSETS = {"NGH": "NG", "GH": "G", "TR": "CH", "GI": "D", "QU": "W", "S": "X", "K": "C", "R": "D",
          "V": "D", "L": "N"}  # fmt: skip
CODAS = {"NG": "N", "NH": "N", "CH": "T", "C": "T"}
SYLLABLE = re.compile(f"({'|'.join(ONSETS)})?(.*?)({'|'.join(CODAS)})?")

Tokens = Sequence[str]


class Comparison(NamedTuple):
    level: str
    rarity: float


def fold(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def sound(token: str) -> str:
    """Onset and coda as some region says them; a coda by itself is an onset."""
    onset, nucleus, coda = SYLLABLE.fullmatch(token.replace("Y", "I")).groups("")
    before = ONSETS.get(onset, onset) + nucleus
    return before + (CODAS.get(coda, coda) if before else coda)


def _tokens(name: str) -> tuple[list[str], list[str]]:
    """The tokens of a name, toned and folded."""
    toned = name.split()
    return toned, [fold(token) for token in toned]


def compare_names(
    profile: str,
    resident: str,
    frequencies: TokenFrequencies,
    confusions: frozenset[frozenset[str]],
) -> Comparison:
    """The first level of NAME_LEVELS that holds, with the rarity of what agrees."""
    if profile == resident:
        return Comparison("exact", name_rarity(resident, frequencies))
    (left, folded_left), (right, folded_right) = _tokens(profile), _tokens(resident)
    if folded_left == folded_right:
        rarity = _bits(folded_right, frequencies)
        return Comparison(_marks_level(left, folded_left, right), rarity)
    if "?" in profile and _fits_wildcards(left, right):
        return Comparison("lost_letters", _bits(folded_right, frequencies))
    if len(left) == len(right):
        level = _aligned_level(folded_left, folded_right, frequencies, confusions)
        if level:
            rarity = _bits(folded_right, frequencies)
            return Comparison(level, rarity - (4.0 if level == "spelling" else 7.0))
    return _partial(folded_left, folded_right, frequencies)


def name_rarity(name: str, frequencies: TokenFrequencies) -> float:
    """−log2 of the chance that a random resident has this name, its tokens taken as independent."""
    return _bits(_tokens(name)[1], frequencies)


def _bits(tokens: Tokens, frequencies: TokenFrequencies) -> float:
    return sum(frequencies.bits(_role(i, len(tokens)) + t) for i, t in enumerate(tokens))


def _role(index: int, size: int) -> str:
    """Key prefix of a token's role: surname first, given name last, the rest in the middle."""
    if index == size - 1:
        return "g:"
    return "s:" if index == 0 else "m:"


def _marks_level(left: Tokens, folded_left: Tokens, right: Tokens) -> str:
    if list(left) == list(folded_left):
        return "unmarked"
    differing = sum(a != b for a, b in zip(left, right, strict=True))
    return "one_mark" if differing == 1 else "marks"


def _fits_wildcards(left: Tokens, right: Tokens) -> bool:
    """Every "?" stands for exactly one lost letter; all other letters agree without marks."""
    return len(left) == len(right) and all(
        len(a) == len(b) and all(x in ("?", y) for x, y in zip(fold(a), fold(b), strict=True))
        for a, b in zip(left, right, strict=True)
    )


def _aligned_level(
    left: Tokens,
    right: Tokens,
    frequencies: TokenFrequencies,
    confusions: frozenset[frozenset[str]],
) -> str | None:
    """Same number of tokens: which slip explains all the differing ones?"""
    differing = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if all(_same_sound(a, b) or frozenset((a, b)) in confusions for a, b in differing):
        return "spelling"
    if len(differing) > 1:
        return "rotated" if sorted(left) == sorted(right) else None
    typed, real = differing[0]
    if jellyfish.damerau_levenshtein_distance(typed, real) <= 1 and len(real) > 1:
        known = any(role + typed in frequencies.shares for role in ("s:", "m:", "g:"))
        return "near_name" if known else "typo"
    return None


def _same_sound(left: str, right: str) -> bool:
    return sound(left) == sound(right)


def _partial(left: Tokens, right: Tokens, frequencies: TokenFrequencies) -> Comparison:
    """Names with tokens missing, added, abbreviated or replaced."""
    if left[0] == right[0] and left[-1] == right[-1]:
        return _same_ends(left, right, frequencies)
    if _abbreviates(left, right) or _abbreviates(right, left):
        agreed = [b for a, b in zip(left, right, strict=True) if a == b]
        letters = BITS_OF_A_LETTER * (len(right) - len(agreed))
        whole = sum(frequencies.bits("m:" + token) for token in agreed)
        return Comparison("abbreviated", whole / 2 + letters)
    return _one_end(left, right, frequencies)


def _same_ends(left: Tokens, right: Tokens, frequencies: TokenFrequencies) -> Comparison:
    """Surname and given name agree; middle names are missing, added or other ones."""
    ends = frequencies.bits("s:" + right[0]) + frequencies.bits("g:" + right[-1])
    shorter, longer = sorted((left[1:-1], right[1:-1]), key=len)
    if not _is_subsequence(shorter, longer):
        return Comparison("surname_given", ends)
    shared = sum(frequencies.bits("m:" + token) for token in shorter)
    return Comparison("middle", ends + shared - 1.0)


def _one_end(left: Tokens, right: Tokens, frequencies: TokenFrequencies) -> Comparison:
    """The given name, the surname or neither agrees."""
    if left[-1] == right[-1] or _same_sound(left[-1], right[-1]):
        return Comparison("given_only", frequencies.bits("g:" + right[-1]))
    if left[0] != right[0]:
        return Comparison("different", 0.0)
    surname = frequencies.bits("s:" + right[0])
    if jellyfish.jaro_winkler_similarity(left[-1], right[-1]) >= CLOSE_NAMES:
        return Comparison("near_name", max(surname, 6.0))
    return Comparison("surname_only", surname)


def _is_subsequence(shorter: Tokens, longer: Tokens) -> bool:
    rest = iter(longer)
    return all(token in rest for token in shorter)


def _abbreviates(short: Tokens, full: Tokens) -> bool:
    """Every token of `short` is a token of `full` or its first letters; at least one whole."""
    if len(short) != len(full):
        return False
    any_whole = False
    for a, b in zip(short, full, strict=True):
        if a == b:
            any_whole = True
        elif len(a) > 2 or not b.startswith(a):
            return False
    return any_whole
