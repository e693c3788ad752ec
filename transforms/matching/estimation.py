"""Fellegi–Sunter parameters of any comparisons, by EM on counted agreement patterns.

u comes from random pairs, m and the share of matches from the candidates (Fellegi & Sunter 1969;
Winkler 1988). Chance agreements that go together (a postcode and its town) are not counted twice:
among non-matches every comparison may depend on one other (Chow & Liu 1968).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

ROUNDS = 200
TOLERANCE = 1e-7
PRIOR_EXACT, PRIOR_DIFFERENT = 0.8, 0.05
# Pseudo-counts: a level never seen keeps a little of its prior instead of certainty.
PRIOR_PAIRS = 30.0
RANDOM_PRIOR = 0.5
# Chance agreements count as dependent only beyond three standard deviations of their number.
DEVIATIONS = 3.0
DEPENDENCE_PRIOR = 50.0
LEAST_INFORMATION = 1e-5


@dataclass(frozen=True)
class Patterns:
    """Counted agreement patterns: a row of level positions each (-1: missing)."""

    codes: Codes
    pairs: Vector
    adjustment: Vector


@dataclass(frozen=True)
class Size:
    """All pairs there are, the records they are of, and matches to begin with and at most."""

    pairs: float
    records: int
    expected: float
    most: float


@dataclass(frozen=True)
class Model:
    """m and u per comparison and level position, the parent of each, and the share of matches.

    `given[i]` holds u of comparison i by the level of its parent; its last row is u itself.
    """

    m: tuple[Vector, ...]
    u: tuple[Vector, ...]
    parents: tuple[int | None, ...]
    given: tuple[Vector, ...]
    matches: float

    def prior_bits(self, size: Size) -> float:
        share = self.matches / size.pairs
        return float(np.log2(share / (1 - share)))

    def weights(self, at: int) -> Vector:
        """log2(m/u) in bits by parent's level (last row: parent missing or none) and own level."""
        return np.asarray(np.log2(self.m[at] / self.given[at]))


def fitted(candidates: Patterns, random: Patterns, levels: Sequence[int], size: Size) -> Model:
    """The model after EM, first with independent, then with dependent chance agreements."""
    model = _learnt(starting_model(levels, size), candidates, random, size)
    for _ in range(2):
        model = relearnt(with_dependence(model, random, size), candidates, size)
    return model


def starting_model(levels: Sequence[int], size: Size) -> Model:
    """Priors: matches agree mostly, chance pairs seldom."""
    m = tuple(prior_m(count) for count in levels)
    u = tuple(np.full(count, 0.1 / max(count - 1, 1)) for count in levels)
    for table in u:
        table[-1] = 0.9
    return Model(m, u, (None,) * len(m), tuple(table[None, :] for table in u), size.expected)


def prior_m(count: int) -> Vector:
    """The prior of `count` levels, `different` being the last."""
    between = count - 2
    middle = (1 - PRIOR_EXACT - PRIOR_DIFFERENT) / max(between, 1)
    table = np.array([PRIOR_EXACT, *[middle] * between, PRIOR_DIFFERENT])
    return np.asarray(table / table.sum())


def _learnt(model: Model, candidates: Patterns, random: Patterns, size: Size) -> Model:
    """EM with u from random pairs, each less its own chance of being a match."""
    for _ in range(ROUNDS):
        chance = random.pairs * (1 - responsibilities(model, random, size))
        u = tuple(
            _shares(random.codes[:, at], chance, np.full(len(table), RANDOM_PRIOR))
            for at, table in enumerate(model.u)
        )
        marginal = replace(model, u=u, given=tuple(table[None, :] for table in u))
        following = _m_step(marginal, candidates, size)
        if _distance(model, following) < TOLERANCE:
            return following
        model = following
    return model


def relearnt(model: Model, candidates: Patterns, size: Size) -> Model:
    """EM on m and the share of matches alone."""
    for _ in range(ROUNDS):
        following = _m_step(model, candidates, size)
        if _distance(model, following) < TOLERANCE:
            return following
        model = following
    return model


def _m_step(model: Model, candidates: Patterns, size: Size) -> Model:
    found = candidates.pairs * responsibilities(model, candidates, size)
    m = tuple(
        _shares(candidates.codes[:, at], found, PRIOR_PAIRS * prior_m(len(table)))
        for at, table in enumerate(model.m)
    )
    matches = float(np.clip(found.sum(), min(1.0, size.most), size.most))
    return replace(model, m=m, matches=matches)


def responsibilities(model: Model, patterns: Patterns, size: Size) -> Vector:
    """P(match) of every pattern."""
    bits = model.prior_bits(size) + patterns.adjustment + match_weights(model, patterns.codes)
    return np.asarray(1 / (1 + np.exp2(np.clip(-bits, -500, 500))))


def match_weights(model: Model, codes: Codes) -> Vector:
    """The weight of every pattern in bits; what is missing weighs nothing."""
    total = np.zeros(len(codes))
    for at, parent in enumerate(model.parents):
        own = codes[:, at]
        table = model.weights(at)
        row = np.full(len(codes), -1) if parent is None else codes[:, parent]
        total += np.where(own >= 0, table[row, np.maximum(own, 0)], 0.0)
    return total


def _shares(codes: Codes, pairs: Vector, prior: Vector) -> Vector:
    present = codes >= 0
    totals = prior + np.bincount(codes[present], pairs[present], minlength=len(prior))
    return np.asarray(totals / totals.sum())


def with_dependence(model: Model, random: Patterns, size: Size) -> Model:
    """The model with u of each comparison by the level of the one it depends on most."""
    chance = random.pairs * (1 - responsibilities(model, random, size))
    count = len(model.u)
    joint = {
        (a, b): _joint(random.codes[:, [a, b]], chance, (model.u[a], model.u[b]))
        for a in range(count)
        for b in range(a + 1, count)
    }
    parents = _tree(joint, model.u)
    given = tuple(_given(at, parent, joint, model.u) for at, parent in enumerate(parents))
    return replace(model, parents=parents, given=given)


def _joint(codes: Codes, pairs: Vector, u: tuple[Vector, Vector]) -> Vector:
    """Pairs by both levels: as independent as the pairs seen leave room for."""
    present = (codes >= 0).all(axis=1)
    flat = codes[present, 0] * len(u[1]) + codes[present, 1]
    seen = np.bincount(flat, pairs[present], minlength=len(u[0]) * len(u[1]))
    seen = seen.reshape(len(u[0]), len(u[1]))
    expected = np.outer(u[0], u[1]) * seen.sum()
    at_least = seen - DEVIATIONS * np.sqrt(seen)
    at_most = seen + DEVIATIONS * np.sqrt(seen) + DEVIATIONS**2
    return np.asarray(np.clip(expected, at_least, at_most) + np.outer(u[0], u[1]))


def _information(joint: Vector) -> float:
    """Mutual information of two comparisons among chance pairs, in bits."""
    share = joint / joint.sum()
    independent = np.outer(share.sum(axis=1), share.sum(axis=0))
    return float(
        (share * np.log2(np.maximum(share, 1e-300) / np.maximum(independent, 1e-300))).sum()
    )


def _tree(joint: dict[tuple[int, int], Vector], u: Sequence[Vector]) -> tuple[int | None, ...]:
    """The forest of most mutual information: the parent of each comparison, or none."""
    information = {pair: _information(table) for pair, table in joint.items()}
    parents: dict[int, int | None] = {}
    while len(parents) < len(u):
        reachable = [
            (value, -child, -parent)
            for (a, b), value in information.items()
            for child, parent in ((a, b), (b, a))
            if parent in parents and child not in parents and value > LEAST_INFORMATION
        ]
        if reachable:
            _, child, parent = max(reachable)
            parents[-child] = -parent
        else:
            parents[min(set(range(len(u))) - set(parents))] = None
    return tuple(parents[at] for at in range(len(u)))


def _given(
    at: int, parent: int | None, joint: dict[tuple[int, int], Vector], u: Sequence[Vector]
) -> Vector:
    marginal = u[at][None, :]
    if parent is None:
        return marginal
    table = joint[parent, at] if parent < at else joint[at, parent].T
    smoothed = table + DEPENDENCE_PRIOR * marginal
    return np.vstack([smoothed / smoothed.sum(axis=1, keepdims=True), marginal])


def _distance(left: Model, right: Model) -> float:
    """The largest change of any m or of the share of matches."""
    moved = max(float(np.abs(a - b).max()) for a, b in zip(left.m, right.m, strict=True))
    return max(moved, abs(left.matches - right.matches) / max(left.matches, 1.0))
