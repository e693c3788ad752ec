"""Two Vietnamese names side by side: token by token, by role, toned and untoned.

Whole-string similarity is nearly useless here (64 % of different "Nguyễn Văn X" pairs pass 0.92),
so tokens are aligned first and each kind of difference is a level of its own. Beside the level
comes the rarity of what agrees, in bits: −log2 of the chance that a random resident agrees so.

Many pairs are compared at once, as matrices of token numbers: n pairs, k places.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from transforms.name_tokens import (
    GIVEN,
    MIDDLE,
    NO_TOKEN,
    SURNAME,
    Bits,
    Flags,
    Names,
    TokenFrequencies,
    Vocabulary,
    everywhere,
    fold,
    of_like_sizes,
    rarities,
    read,
)

# From certain agreement to none.
NAME_LEVELS = (
    "exact", "unmarked", "lost_letters", "one_mark", "marks", "spelling", "middle", "rotated",
    "typo", "abbreviated", "near_name", "household_name", "surname_given", "given_only",
    "surname_only", "different", "missing",
)  # fmt: skip
CLOSE_NAMES = 0.9  # Jaro-Winkler of the folded given names, once the surname agrees
BITS_OF_A_LETTER = 4.0  # what an initial that fits is worth: one of about 16 common ones
BITS_OF_A_NEAR_NAME = 6.0  # what a given name is worth at least that resembles the right one
# What an agreement has less than the whole name's bits.
OF_SPELLING, OF_A_SLIP, OF_A_MIDDLE = 4.0, 7.0, 1.0
SIDES = ("typed", "real")

Confusions = Collection[Collection[str]]


class Level(NamedTuple):
    """Which pairs show it, if they show none before it, and the rarity of what agrees in them."""

    name: str
    holds: Flags
    rarity: Bits


class Both(NamedTuple):
    """What was typed beside what is registered, which is not the same."""

    typed: Names
    real: Names
    words: Vocabulary
    differs: Flags  # by place, marks aside
    is_unmarked: Flags  # what was typed has no marks
    is_fitting: Flags  # what was typed has lost letters, and all others fit
    whole: Bits  # the rarity of the registered name

    @property
    def as_many(self) -> Flags:
        found: Flags = self.typed.sizes == self.real.sizes
        return found


def compared_names(
    pairs: pl.DataFrame, frequencies: TokenFrequencies, confusions: Confusions
) -> pl.DataFrame:
    """(typed, real) → the same pairs with name_level and name_rarity, in another order.

    No name is missing. `confusions` are folded tokens that are mistaken for each other.
    """
    is_exact = pl.col("typed") == pl.col("real")
    exact = pairs.filter(is_exact).select(*SIDES, name_level=pl.lit("exact"))
    told = [exact.with_columns(rarities(exact["real"], frequencies).alias("name_rarity"))]
    for some in of_like_sizes(pairs.filter(~is_exact), SIDES):
        both = side_by_side(some, frequencies)
        levels = [*of_marks(both), *of_slips(both, confusions), *of_parts(both)]
        told.append(some.select(*SIDES, *first_that_holds(levels)))
    return pl.concat(told)


def side_by_side(pairs: pl.DataFrame, frequencies: TokenFrequencies) -> Both:
    names, words, is_plain = read(pl.concat([pairs["typed"], pairs["real"]]), frequencies)
    typed, real = (
        Names(*(of[side] for of in names)) for side in (slice(len(pairs)), slice(len(pairs), None))
    )
    return Both(
        typed,
        real,
        words,
        typed.folded != real.folded,
        everywhere(is_plain[typed.toned]),
        fitting(pairs),
        real.bits(words),
    )


def first_that_holds(levels: Sequence[Level]) -> list[pl.Series]:
    """The first level that holds of each pair, and its rarity."""
    held = np.argmax([level.holds for level in levels], axis=0)
    rarity = np.choose(held, [level.rarity for level in levels])
    names = pl.Series("name_level", [level.name for level in levels])
    return [names.gather(held), pl.Series("name_rarity", rarity)]


def of_marks(both: Both) -> list[Level]:
    """Levels of names whose tokens agree but for marks and lost letters."""
    folded = everywhere(~both.differs)
    marks = (both.typed.toned != both.real.toned).sum(axis=1)
    return [
        Level("unmarked", folded & both.is_unmarked, both.whole),
        Level("one_mark", folded & (marks == 1), both.whole),
        Level("marks", folded, both.whole),
        Level("lost_letters", both.is_fitting, both.whole),
    ]


def of_slips(both: Both, confusions: Confusions) -> list[Level]:
    """As many tokens: which slip explains all the differing ones?"""
    sides = (np.sort(names.folded, axis=1) for names in (both.typed, both.real))
    same_tokens = everywhere(np.equal(*sides))
    slip, is_known = one_slip(both)
    less = both.whole - OF_A_SLIP
    return [
        Level("spelling", spelled_otherwise(both, confusions), both.whole - OF_SPELLING),
        Level("rotated", same_tokens, less),
        Level("near_name", slip & is_known, less),
        Level("typo", slip, less),
    ]


def of_parts(both: Both) -> list[Level]:
    """Tokens missing, added, abbreviated or replaced; the last holds for every pair."""
    words, typed, real = both.words, both.typed, both.real
    same_surname, same_given = typed.first == real.first, typed.last == real.last
    surname, given = words.bits[SURNAME][real.first], words.bits[GIVEN][real.last]
    is_part, middle = middle_names(both)
    is_abbreviated, letters = abbreviated(both)
    heard = same_given | (words.sounds[typed.last] == words.sounds[real.last])
    everybody, nothing = np.ones(len(heard), np.bool_), np.zeros(len(heard))
    ends, both_ends = surname + given, same_surname & same_given
    return [
        Level("middle", both_ends & is_part, ends + middle - OF_A_MIDDLE),
        Level("surname_given", both_ends, ends),
        Level("abbreviated", is_abbreviated, letters),
        Level("given_only", heard, given),
        Level("different", ~same_surname, nothing),
        Level("near_name", resembling(both, ~heard), np.maximum(surname, BITS_OF_A_NEAR_NAME)),
        Level("surname_only", everybody, surname),
    ]


def fitting(pairs: pl.DataFrame) -> Flags:
    """Every "?" stands for exactly one lost letter; all other letters agree without marks."""
    found: Flags = pairs["typed"].str.contains("?", literal=True).to_numpy(writable=True)
    asked = pairs.filter(found).select(*SIDES)
    found[found] = [_fits(fold(typed), fold(real)) for typed, real in asked.iter_rows()]
    return found


def _fits(typed: str, real: str) -> bool:
    """A space is no letter that can be lost."""
    return len(typed) == len(real) and all(
        x == y or (x == "?" and y != " ") for x, y in zip(typed, real, strict=True)
    )


def one_slip(both: Both) -> tuple[Flags, Flags]:
    """Whether one slip of the pen makes the one differing token, and whether it is a name too."""
    slip = both.as_many & (both.differs.sum(axis=1) == 1)
    at, place = np.arange(len(slip)), both.differs.argmax(axis=1)
    typed, real = both.typed.folded[at, place], both.real.folded[at, place]
    slip &= both.words.lengths[real] > 1
    slip[slip] = both.words.measured(typed[slip], real[slip], _one_edit)
    return slip, both.words.is_known[typed]


def spelled_otherwise(both: Both, confusions: Confusions) -> Flags:
    """Whether all differing tokens sound alike or are known to be mistaken for each other."""
    words, left, right = both.words, both.typed.folded, both.real.folded
    excused = ~both.differs | (words.sounds[left] == words.sounds[right])
    unlike = both.as_many[:, None] & ~excused
    excused[unlike] = words.confused(left[unlike], right[unlike], confusions)
    return both.as_many & everywhere(excused)


def middle_names(both: Both) -> tuple[Flags, Bits]:
    """Whether the middle names of one are some of the other's, in their order; and their bits."""
    typed, real = both.typed, both.real
    is_shorter = (typed.sizes <= real.sizes)[:, None]
    shorter = np.where(is_shorter, typed.folded, real.folded)
    longer = np.where(is_shorter, real.folded, typed.folded)
    few, many = (of(typed.sizes, real.sizes) - 2 for of in (np.minimum, np.maximum))
    at, found = np.arange(len(few)), np.zeros(len(few), np.int32)
    bits = np.zeros(len(few))
    for place in range(1, longer.shape[1] - 1):
        wanted = shorter[at, found + 1]
        found += (place <= many) & (found < few) & (longer[:, place] == wanted)
        bits += np.where(place <= few, both.words.bits[MIDDLE][shorter[:, place]], 0.0)
    return found >= few, bits


def abbreviated(both: Both) -> tuple[Flags, Bits]:
    """Whether every token of one is the other's or its first letters, at least one whole.

    In bits what the whole tokens tell among each other, and the letters.
    """
    words, left, right = both.words, both.typed.folded, both.real.folded
    whole = ~both.differs & (right != NO_TOKEN)
    begun = [both.differs <= words.begins(*sides) for sides in ((left, right), (right, left))]
    told: Flags = both.as_many & ~everywhere(~whole) & (everywhere(begun[0]) | everywhere(begun[1]))
    bits = np.zeros(len(told))
    for place, tokens in enumerate(right.T):
        bits += np.where(whole[:, place], words.bits[MIDDLE][tokens], 0.0)
    letters = BITS_OF_A_LETTER * (both.real.sizes - whole.sum(axis=1))
    return told, bits / 2 + letters


def resembling(both: Both, asked: Flags) -> Flags:
    """Of the pairs asked for those whose given names resemble each other, as names do."""
    near: Flags = asked & (both.typed.first == both.real.first)
    near[near] = both.words.measured(both.typed.last[near], both.real.last[near], _close)
    return near


def _one_edit(typed: list[str], real: list[str]) -> Flags:
    return np.array(cpdist(typed, real, scorer=OSA.distance, score_cutoff=1) <= 1)


def _close(typed: list[str], real: list[str]) -> Flags:
    alike: Bits = cpdist(typed, real, scorer=JaroWinkler.similarity, dtype=np.float64)
    return np.array(alike >= CLOSE_NAMES)
