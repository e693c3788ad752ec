"""EM must find the parameters that the patterns were drawn from."""

from dataclasses import replace

import numpy as np
import pytest

from jobs.config import DEFAULT_MATCHING, Matching, load
from transforms.scoring.estimation import (
    Patterns,
    Register,
    before_learning,
    estimate,
    normalised,
    u_probabilities,
)

RULES = load(DEFAULT_MATCHING, Matching).scoring
REGISTER = Register(residents=1_000_000, profiles=900_000, verified=600_000, held=550_000)
RANDOM = {
    "birth": {"exact": 40, "different": 999_000, "same_year": 960},
    "sex": {"same": 500_000, "different": 490_000, "missing": 10_000},
    "place": {"commune": 200, "district": 1_600, "province": 28_000, "elsewhere": 970_200},
}


def drawn(m, count, seed):
    """`count` matching pairs with levels drawn independently from `m`, as counted patterns."""
    draw = np.random.default_rng(seed)
    levels = {
        name: draw.choice(list(table), size=count, p=list(table.values()))
        for name, table in m.items()
    }
    return Patterns(
        levels={name: values.tolist() for name, values in levels.items()},
        rarity=np.full(count, 18.0),
        pairs=np.ones(count),
        anchors=np.zeros(count),
    )


def test_em_learns_the_shares_that_the_pairs_were_drawn_from():
    u = u_probabilities(RANDOM, RULES, REGISTER)
    truth = normalised(RULES.priors)
    truth["place"] = {"commune": 0.5, "district": 0.1, "province": 0.1, "elsewhere": 0.28,
                      "missing": 0.02}  # fmt: skip
    start = before_learning(RULES, u, REGISTER)
    learnt = estimate(drawn(truth, 20_000, seed=1), RULES, start, REGISTER)
    for level in ("commune", "district", "elsewhere"):
        assert learnt.m["place"][level] == pytest.approx(truth["place"][level], abs=0.03)


def test_probabilities_are_probabilities():
    u = u_probabilities(RANDOM, RULES, REGISTER)
    start = before_learning(RULES, u, REGISTER)
    learnt = estimate(drawn(normalised(RULES.priors), 2_000, seed=2), RULES, start, REGISTER)
    for table in learnt.m.values():
        assert sum(table.values()) == pytest.approx(1)
        assert min(table.values()) > 0
    for table in u.values():
        assert sum(table.values()) == pytest.approx(1, abs=1e-3)


def test_a_nation_without_a_verified_profile_is_weighed_as_well():
    nobody = replace(REGISTER, verified=0, held=0)
    start = before_learning(RULES, u_probabilities(RANDOM, RULES, nobody), nobody)
    for comparison, levels in start.m.items():
        weights = [start.weight(comparison, level) for level in levels if comparison in start.u]
        assert np.isfinite(weights).all()


def test_agreement_speaks_for_a_match_and_a_strangers_number_against():
    u = u_probabilities(RANDOM, RULES, REGISTER)
    start = before_learning(RULES, u, REGISTER)
    for comparison, level in (("birth", "exact"), ("phone", "own"), ("number", "equal")):
        assert start.weight(comparison, level) > 8
    for comparison, level in (("number", "unknown"), ("birth", "different"), ("sex", "different")):
        assert start.weight(comparison, level) < -3


@pytest.mark.parametrize("matching", [59_000, 30_000, 10_000])
def test_the_share_of_nobody_is_learnt_also_where_much_of_the_register_is_missing(matching):
    register = Register(residents=100_000, profiles=100_000, verified=40_000, held=38_000)
    start = before_learning(RULES, u_probabilities(RANDOM, RULES, register), register)
    found = drawn(normalised(RULES.priors), matching, seed=3)
    learnt = estimate(found, RULES, start, register)
    assert learnt.outsiders == pytest.approx(0.6 - matching / 100_000, abs=0.03)
