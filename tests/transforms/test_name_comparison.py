"""Names compared all at once say what names compared one by one say, to the last digit."""

import itertools
import random

import polars as pl
import pytest

from tests.oracles.names import compare_names
from transforms.name_comparison import NAME_LEVELS, compared_names
from transforms.name_tokens import TokenFrequencies

FREQUENCIES = TokenFrequencies(
    {
        "s:NGUYEN": 0.31, "s:TRAN": 0.10, "s:HOANG": 0.03, "s:HUYNH": 0.02, "s:LE": 0.09,
        "m:THI": 0.30, "m:VAN": 0.20, "m:NGOC": 0.03, "g:HOA": 0.01, "g:HUNG": 0.01,
        "g:LINH": 0.01, "g:HOAI": 0.005, "g:LAN": 0.01,
    },
    floor=1e-5,
)  # fmt: skip
CONFUSIONS = frozenset({frozenset(("HOANG", "HUYNH"))})
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
    "TR?N",
    "?",
]
SHARES = {f"{role}:{token}": 0.9 / (1 + at) for role in "smg" for at, token in enumerate(TOKENS)}
CONFUSED = frozenset({frozenset({"HOANG", "HUYNH"}), frozenset({"VAN", "THI"})})
# What another column than the name decides.
OF_OTHERS = {"household_name", "missing"}


def compared(pairs, frequencies=FREQUENCIES, confusions=CONFUSIONS):
    frame = pl.DataFrame(pairs, schema={"typed": pl.String, "real": pl.String}, orient="row")
    return compared_names(frame, frequencies, confusions)


def told_one_by_one(pairs, frequencies, confusions):
    return [(*pair, *compare_names(*pair, frequencies, confusions)) for pair in pairs]


def slips(name, dice):
    """The name as it is, and after a slip or two of many kinds."""
    tokens = name.split()
    at, other = dice.randrange(len(tokens)), dice.choice(TOKENS)
    letter = dice.randrange(len(tokens[at]))
    kinds = [
        tokens,
        tokens[1:] + tokens[:1],
        tokens[:at] + tokens[at + 1 :],
        [*tokens[:at], other, *tokens[at:]],
        [*tokens[:at], other, *tokens[at + 1 :]],
        [*tokens[:at], tokens[at][:1], *tokens[at + 1 :]],
        [*tokens[:at], tokens[at][:letter] + "?" + tokens[at][letter + 1 :], *tokens[at + 1 :]],
        [*tokens[:at], tokens[at] + "O", *tokens[at + 1 :]],
        [token[:1] for token in tokens[:-1]] + tokens[-1:],
        sorted(tokens),
    ]
    return " ".join(dice.choice(kinds) or tokens)


@pytest.mark.parametrize("most", [1, 2, 3, 5, 9, 40])
def test_all_at_once_is_one_by_one(most):
    dice = random.Random(most)
    names = [" ".join(dice.choices(TOKENS, k=dice.randint(1, most))) for _ in range(150)]
    strangers = itertools.product(names[:60], names[60:140])
    kin = [(slips(slips(name, dice), dice), name) for name in names for _ in range(40)]
    pairs = sorted({*strangers, *kin})
    frequencies = TokenFrequencies(SHARES, floor=1e-6)

    found = compared(pairs, frequencies, CONFUSED)

    assert sorted(found.rows()) == told_one_by_one(pairs, frequencies, CONFUSED)


def test_every_level_is_seen_in_the_comparison():
    dice = random.Random(3)
    names = [" ".join(dice.choices(TOKENS, k=dice.randint(1, 4))) for _ in range(500)]
    pairs = {(slips(slips(name, dice), dice), name) for name in names for _ in range(20)}
    found = compared(sorted(pairs), TokenFrequencies(SHARES, floor=1e-6), CONFUSED)
    assert {*found["name_level"]} == {*NAME_LEVELS} - OF_OTHERS


@pytest.mark.parametrize(
    ("profile", "resident", "level"),
    [
        ("NGUYỄN THỊ HOA", "NGUYỄN THỊ HOA", "exact"),
        ("NGUYEN THI HOA", "NGUYỄN THỊ HOA", "unmarked"),
        ("NGUYỄN THỊ HOA", "NGUYỄN THỊ HOÀ", "one_mark"),
        ("NGUYÊN THI HOA", "NGUYỄN THỊ HOÀ", "marks"),
        ("NGUY?N TH? HOA", "NGUYỄN THỊ HOA", "lost_letters"),
        ("HUỲNH VĂN HÙNG", "HOÀNG VĂN HÙNG", "spelling"),
        ("NGUYỄN THỊ XEN", "NGUYỄN THỊ SEN", "spelling"),
        ("NGUYỄN HOA", "NGUYỄN THỊ HOA", "middle"),
        ("NGUYỄN THỊ NGỌC HOA", "NGUYỄN NGỌC HOA", "middle"),
        ("HOA NGUYỄN THỊ", "NGUYỄN THỊ HOA", "rotated"),
        ("NGUYỄN THỊ HOTA", "NGUYỄN THỊ HOA", "typo"),
        ("NGUYỄN THỊ HOÀI", "NGUYỄN THỊ HOA", "near_name"),
        ("N T HOA", "NGUYỄN THỊ HOA", "abbreviated"),
        ("NGUYỄN VĂN HOA", "NGUYỄN THỊ HOA", "surname_given"),
        ("TRẦN VĂN HOA", "NGUYỄN THỊ HOA", "given_only"),
        ("NGUYỄN VĂN HÙNG", "NGUYỄN THỊ LAN", "surname_only"),
        ("TRẦN VĂN HÙNG", "NGUYỄN THỊ LAN", "different"),
    ],
)
def test_each_kind_of_difference_is_a_level(profile, resident, level):
    assert compared([(profile, resident)])["name_level"].to_list() == [level]


def test_rare_names_say_more_than_common_ones():
    common, rare = (rarity(name, name) for name in ("NGUYỄN THỊ HOA", "SÙNG A PÁO"))
    assert rare > common > 0


def test_agreeing_on_less_is_less_rare():
    whole = rarity("NGUYỄN THỊ HOA", "NGUYỄN THỊ HOA")
    part = rarity("NGUYỄN VĂN HOA", "NGUYỄN THỊ HOA")
    given = rarity("TRẦN VĂN HOA", "NGUYỄN THỊ HOA")
    assert whole > part > given


def rarity(typed, real):
    return compared([(typed, real)])["name_rarity"].item()


def test_no_pairs_are_no_comparisons():
    assert compared([]).schema == {
        "typed": pl.String, "real": pl.String, "name_level": pl.String, "name_rarity": pl.Float64,
    }  # fmt: skip
