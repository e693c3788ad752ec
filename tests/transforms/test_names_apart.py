"""The short way for plain strangers says what the long way says, of every pair it answers."""

import itertools
import random

import polars as pl
import pytest

from transforms.name_comparison import TokenFrequencies, compare_names
from transforms.names_apart import told_apart

TOKENS = [
    "NGUYỄN",
    "NGUYEN",
    "TRẦN",
    "HOÀNG",
    "HUỲNH",
    "N",
    "V",
    "TH",
    "VĂN",
    "THỊ",
    "THI",
    "AN",
    "ÂN",
    "ANH",
    "ÁNH",
    "LAN",
    "NAM",
    "MAI",
    "MAY",
    "MY",
    "QUANG",
    "QUYÊN",
    "SƠN",
    "XUÂN",
]
SHARES = {f"{role}:{token}": 0.9 / (1 + at) for role in "smg" for at, token in enumerate(TOKENS)}
FREQUENCIES = TokenFrequencies(SHARES, floor=1e-6)
CONFUSIONS = frozenset({frozenset({"HOANG", "HUYNH"}), frozenset({"VAN", "THI"})})


def names(dice):
    made = {" ".join(dice.choices(TOKENS, k=dice.choice((1, 2, 3, 3, 4)))) for _ in range(220)}
    return [*sorted(made), "NG?YEN VAN AN", None]


@pytest.fixture(scope="module")
def told():
    both = names(random.Random(5)), names(random.Random(6))
    pairs = pl.DataFrame(itertools.product(*both), schema=["typed", "real"], orient="row")
    return told_apart(pairs, FREQUENCIES, CONFUSIONS).rows()


def test_what_is_told_at_once_is_what_a_comparison_finds(told):
    answered = [row for row in told if row[2] is not None]
    for typed, real, level, rarity in answered:
        found = compare_names(typed, real, FREQUENCIES, CONFUSIONS)
        assert (level, rarity) == (found.level, found.rarity), (typed, real)

    assert {row[2] for row in answered} == {"different", "surname_only", "given_only"}


def test_most_strangers_are_told_at_once(told):
    whole = [row for row in told if row[0] and row[1]]
    levels = [compare_names(*row[:2], FREQUENCIES, CONFUSIONS).level for row in whole]
    strangers = [row for row, level in zip(whole, levels, strict=True) if level == "different"]

    assert sum(row[2] is not None for row in strangers) > len(strangers) / 2


@pytest.mark.parametrize("rows", [[], [(None, None)], [(None, "NGUYEN VAN AN")]])
def test_where_nobody_is_named_nothing_is_told(rows):
    names = pl.DataFrame(rows, schema={"typed": pl.String, "real": pl.String}, orient="row")
    told = told_apart(names, FREQUENCIES, CONFUSIONS)

    assert told.schema["name_rarity"] == pl.Float64
    assert told["name_level"].to_list() == [None] * len(rows)
