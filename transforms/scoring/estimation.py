"""Fellegi–Sunter parameters by EM on counted agreement patterns.

A few thousand patterns stand for any number of pairs (Fellegi & Sunter 1969; Winkler 1988). u is
known beforehand: from random pairs, from the size of the register, or from the rarity of the name.
m is learnt. Every pair has three rivals: it matches, its profile is a *lookalike* of the resident
(somebody else with the same name and birth date elsewhere, or with a near birth date nearby), or
its profile is of nobody in the register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from transforms.scoring.shares import (
    OfAll,
    OfBirth,
    OfHistory,
    OfName,
    OfNumber,
    OfOutsiders,
    Share,
)

Vector = npt.NDArray[np.float64]
Levels = Mapping[str, float]

# An anchor's own phone and doses are what its resident holds: they would agree with themselves.
UNANCHORED = ("phone", "history")
ROUNDS = 40
TOLERANCE = 1e-6
SLIPS_OF_A_NUMBER = 110  # 12 × 9 digits replaced, 11 neighbours swapped, less what changes nothing
TWINS = 0.02  # of people: their twin is the one resident whose number is next to theirs
# Pseudo-counts: a level never seen keeps a little of its prior instead of certainty.
PRIOR_PAIRS = 50.0
# Bounds of the share of profiles that are of nobody in the register: some may always be; were all,
# nothing would match any more, and it would stay so in every round.
OUTSIDERS = 0.003, 0.5


class ScoringRules(BaseModel, frozen=True, extra="forbid"):
    """Priors of the model; everything else is learnt from the run's own data.

    `priors` are m-probabilities per comparison and level before any data; `outsiders` the
    distribution of number and phone levels for people whom the register does not hold.
    """

    priors: OfAll
    outsiders: OfOutsiders
    outsider_share: float = Field(default=0.015, gt=0, lt=1)
    namesakes_far: Share = 0.2
    namesakes_near: Share = 0.1
    twins: Share = 0.005
    relatives: Share = 0.05
    near_birth: OfBirth
    twin_name: OfName
    twin_number: OfNumber
    relative_number: OfNumber
    taken: OfHistory
    anchor_share: int = Field(default=10, ge=1)


@dataclass(frozen=True)
class Parameters:
    """m and u per comparison and level, and the share of profiles that are of nobody."""

    m: Mapping[str, Levels]
    u: Mapping[str, Levels]
    outsiders: float
    residents: int

    def weight(self, comparison: str, level: str) -> float:
        """log2(m/u) in bits; a name's u is its rarity and comes on top."""
        u = self.u[comparison][level] if comparison in self.u else 1.0
        return float(np.log2(self.m[comparison][level] / u))

    def weights_against(self, comparison: str, shares: Levels) -> dict[str, float]:
        """log2(share/u) for another distribution of the levels, that of a lookalike."""
        return {
            level: float(np.log2(max(shares.get(level, 0.0), 1e-9) / self.u[comparison][level]))
            for level in self.m[comparison]
        }


@dataclass(frozen=True)
class Register:
    """Sizes that chance depends on: residents, profiles, verified ones, residents they hold."""

    residents: int
    profiles: int
    verified: int
    held: int
    household_size: float = 3.0


@dataclass(frozen=True)
class Patterns:
    """Counted agreement patterns: one row a pattern, level codes by comparison."""

    levels: Mapping[str, Sequence[str]]
    rarity: Vector
    pairs: Vector
    anchors: Vector  # verified pairs among them: matches beyond doubt, weighted to all of them


def before_learning(rules: ScoringRules, u: Mapping[str, Levels], register: Register) -> Parameters:
    """The parameters that the configuration starts from."""
    return Parameters(normalised(rules.priors), u, rules.outsider_share, register.residents)


def estimate(
    patterns: Patterns, rules: ScoringRules, start: Parameters, register: Register
) -> Parameters:
    """Parameters after EM, with the share of all profiles that are of nobody."""
    current, u, residents = start, start.u, register.residents
    profiles, unverified = register.profiles, register.profiles - register.verified
    for _ in range(ROUNDS):
        match = responsibilities(patterns, current, rules)
        found = match * patterns.pairs
        m = {
            name: _m_step(
                patterns.levels[name],
                found if name in UNANCHORED else found + patterns.anchors,
                rules.priors[name],
            )
            for name in rules.priors
        }
        nobody = 1 - min(1.0, float(found.sum()) / max(unverified, 1))
        share = float(np.clip(nobody * unverified / max(profiles, 1), *OUTSIDERS))
        following = Parameters(m, u, share, residents)
        if distance(current, following) < TOLERANCE:
            return following
        current = following
    return current


def responsibilities(patterns: Patterns, at: Parameters, rules: ScoringRules) -> Vector:
    """P(match) of every pattern, its rivals being the lookalike and nobody."""
    terms = {name: _weights(levels, at, name) for name, levels in patterns.levels.items()}
    match = sum(terms.values(), patterns.rarity)
    far = terms["name"] + patterns.rarity + terms["birth"]
    near_weights = at.weights_against("birth", rules.near_birth)
    near_birth = np.array([near_weights[level] for level in patterns.levels["birth"]])
    near = terms["name"] + patterns.rarity + near_birth + terms["place"]
    inside = np.log2((1 - at.outsiders) / at.residents) + match
    outside = np.log2(at.outsiders) + np.logaddexp2(
        0.0,
        np.logaddexp2(np.log2(rules.namesakes_far) + far, np.log2(rules.namesakes_near) + near)
        - np.log2(at.residents),
    )
    return np.asarray(1 / (1 + np.exp2(np.clip(outside - inside, -200, 200))))


def _weights(levels: Sequence[str], at: Parameters, comparison: str) -> Vector:
    table = {level: at.weight(comparison, level) for level in set(levels)}
    return np.array([table[level] for level in levels])


def _m_step(levels: Sequence[str], known: Vector, prior: Levels) -> dict[str, float]:
    base = normalised({"": prior})[""]
    totals = {level: PRIOR_PAIRS * share for level, share in base.items()}
    for level, weight in zip(levels, known, strict=True):
        totals[level] += float(weight)
    whole = sum(totals.values())
    return {level: total / whole for level, total in totals.items()}


def normalised(tables: Mapping[str, Levels]) -> dict[str, dict[str, float]]:
    """Each table scaled to sum to one."""
    return {
        name: {level: share / sum(table.values()) for level, share in table.items()}
        for name, table in tables.items()
    }


def distance(left: Parameters, right: Parameters) -> float:
    """The largest change of any m."""
    return max(
        abs(left.m[name][level] - right.m[name][level]) for name in left.m for level in left.m[name]
    )


def u_probabilities(
    random_pairs: Mapping[str, Mapping[str, int]], rules: ScoringRules, register: Register
) -> dict[str, dict[str, float]]:
    """u per level: counted on random pairs, by the register's size where chance is too rare."""
    counted = {
        name: _shares(random_pairs.get(name, {}), list(rules.priors[name]))
        for name in ("birth", "sex", "place")
    }
    residents, household = register.residents, register.household_size
    counted["birth"]["household"] = counted["birth"]["exact"] * household
    number = normalised(rules.outsiders)["number"]
    number |= {
        "equal": number["other"] / residents,
        "household": number["other"] * household / residents,
        "neighbour": TWINS / residents,
        "slip": max(SLIPS_OF_A_NUMBER / 1e10, 0.1 / residents),
        "near": max(1e-6, 0.1 / residents),
    }
    phone = normalised(rules.outsiders)["phone"]
    known = phone["others"] + phone["unknown"]
    phone |= {
        "own": known / residents,
        "verified": known / residents,
        "household": known * household / residents,
    }
    # Where nobody is verified no pair shows those levels, which are weighed all the same.
    held = min(max(register.held, 0.5) / residents, 0.99)
    taken = {level: held * share for level, share in rules.taken.items()}
    return {**counted, "number": number, "phone": phone, "history": {"free": 1 - held, **taken}}


def _shares(counts: Mapping[str, int], levels: Sequence[str]) -> dict[str, float]:
    whole = sum(counts.values()) + 0.5 * len(levels)
    return {level: (counts.get(level, 0) + 0.5) / whole for level in levels}
