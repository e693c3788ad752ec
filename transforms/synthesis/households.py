"""Households as blocks of consecutive people: who lives with whom is arithmetic, not a join."""

import random
from dataclasses import dataclass
from functools import cache

import polars as pl

from transforms.synthesis.draws import Dice, spread

BLOCK = 40  # people
HOUSEHOLDS = 12  # in a block
PATTERNS = 256
ROLES = ("father", "mother", "child", "grandparent", "grown_child", "single", "friend")
STEPS = 24  # grid of the expected age shares


@dataclass(frozen=True)
class Member:
    """A role, a sex (M, F or ? for either) and the age in years relative to the anchor."""

    role: str
    sex: str = "?"
    youngest: float = 0
    oldest: float = 0


@dataclass(frozen=True)
class Template:
    """A kind of household: share of households, age range of its anchor, members in order."""

    share: float
    anchor: tuple[float, float]
    members: tuple[Member, ...]


FATHER, MOTHER = Member("father", "M"), Member("mother", "F", -6, 1)
SINGLE = Member("single")


def child(youngest: float, oldest: float) -> Member:
    return Member("child", "?", youngest, oldest)


def grown(youngest: float, oldest: float) -> Member:
    return Member("grown_child", "?", youngest, oldest)


# Shares solved by least squares against the age groups of sections 5 and 6.3 (0-4 6.6 %,
# 5-11 11.7 %, 12-17 9.0 %, 65+ 7.7 %): as many adults and pupils as were vaccinated.
TEMPLATES = (
    Template(0.061, (18, 32), (SINGLE,)),
    Template(0.052, (60, 88), (SINGLE,)),
    Template(0.060, (23, 34), (FATHER, MOTHER)),
    Template(0.067, (48, 64), (FATHER, MOTHER)),
    Template(0.095, (62, 84), (FATHER, MOTHER)),
    Template(0.010, (24, 36), (FATHER, MOTHER, child(-33, -23))),
    Template(0.036, (28, 42), (FATHER, MOTHER, child(-34, -25), child(-37, -27))),
    Template(0.185, (36, 52), (FATHER, MOTHER, child(-34, -24), child(-38, -28))),
    Template(0.110, (33, 47), (FATHER, MOTHER, child(-31, -23), child(-35, -27), child(-40, -31))),
    Template(0.023, (25, 45), (Member("mother", "F"), child(-32, -21))),
    Template(
        0.073,
        (30, 48),
        (FATHER, MOTHER, child(-34, -24), child(-38, -27), Member("grandparent", "?", 23, 33)),
    ),
    Template(
        0.018,
        (28, 46),
        (
            FATHER,
            MOTHER,
            child(-34, -24),
            child(-38, -27),
            Member("grandparent", "M", 24, 33),
            Member("grandparent", "F", 22, 31),
        ),
    ),
    Template(0.065, (45, 62), (FATHER, MOTHER, grown(-33, -23))),
    Template(0.079, (47, 64), (FATHER, MOTHER, grown(-32, -22), grown(-36, -26))),
    Template(0.036, (46, 60), (FATHER, MOTHER, grown(-30, -22), grown(-33, -25), grown(-37, -28))),
    Template(0.030, (18, 30), (SINGLE, Member("friend", "?", -3, 4), Member("friend", "?", -3, 5))),
)
PEOPLE = [(t, m) for t in TEMPLATES for m in t.members]


@cache
def layouts() -> list[list[int]]:
    """Patterns of templates that make HOUSEHOLDS households of BLOCK people together."""
    drawn = random.Random("households")
    choices = spread({i: t.share for i, t in enumerate(TEMPLATES)}, 1000)
    found: list[list[int]] = []
    while len(found) < PATTERNS:
        pattern = drawn.choices(choices, k=HOUSEHOLDS)
        if sum(len(TEMPLATES[i].members) for i in pattern) == BLOCK:
            found.append(pattern)
    return found


def households_of(template: Template) -> int:
    """How many households of a kind all patterns hold."""
    kind = TEMPLATES.index(template)
    return sum(pattern.count(kind) for pattern in layouts())


def seats() -> dict[str, list[int]]:
    """By seat (pattern * BLOCK + place in it) everything the place decides about its person."""
    rows: list[dict[str, int]] = []
    for pattern in layouts():
        first = 0
        for number, kind in enumerate(pattern):
            template = TEMPLATES[kind]
            for nth, member in enumerate(template.members):
                before = template.members[max(nth - 1, 0)]
                rows.append(
                    {
                        "home": number,
                        "head": first,
                        "size": len(template.members),
                        "role": ROLES.index(member.role),
                        "parents": _parents(template, member),
                        "fixed_sex": "MF?".index(member.sex),
                        "anchor_low": int(template.anchor[0]),
                        "anchor_high": int(template.anchor[1]),
                        "youngest": int(member.youngest),
                        "oldest": int(member.oldest),
                        "youngest_before": int(before.youngest),
                        "oldest_before": int(before.oldest),
                    }
                )
            first += len(template.members)
    return {name: [row[name] for row in rows] for name in rows[0]}


def _parents(template: Template, member: Member) -> int:
    """How many parents the member has at home."""
    known = sum(other.role in ("father", "mother") for other in template.members)
    return known if member.role in ("child", "grown_child") else 0


def seat(idx: pl.Expr, dice: Dice) -> pl.Expr:
    """The number of a person's seat."""
    pattern = dice.below(PATTERNS, "pattern", idx // BLOCK)
    return pattern * BLOCK + idx % BLOCK


def age(anchor: pl.Expr, own: pl.Expr, youngest: pl.Expr, oldest: pl.Expr) -> pl.Expr:
    """Age in years from two draws, the household's and the member's."""
    low, high = pl.col("anchor_low"), pl.col("anchor_high")
    base = low + anchor * (high - low)
    return (base + youngest + own * (oldest - youngest)).abs()


def expected_share(youngest: float, oldest: float) -> float:
    """The share of people between two ages that the patterns lead to."""
    grid = [(i + 0.5) / STEPS for i in range(STEPS)]
    inside = 0.0
    for template, member in PEOPLE:
        low, high = template.anchor
        ages = (
            abs(
                low
                + anchor * (high - low)
                + member.youngest
                + own * (member.oldest - member.youngest)
            )
            for anchor in grid
            for own in grid
        )
        hits = sum(youngest <= years < oldest for years in ages)
        inside += households_of(template) * hits / STEPS**2
    return inside / (PATTERNS * BLOCK)


def female_share_of_free(female: float) -> float:
    """Share of women among members whose sex is free, so that the nation comes out right."""
    women = sum(households_of(t) for t, m in PEOPLE if m.sex == "F")
    free = sum(households_of(t) for t, m in PEOPLE if m.sex == "?")
    return (female * PATTERNS * BLOCK - women) / free
