"""The waterfall against the posterior's formula, worked with plain sums."""

from math import log2

import pytest

from jobs.weighing import Rivals, steps

RESIDENTS, OUTSIDERS = 1024, 0.2


def posterior(pairs: list[dict[str, float]], index: int) -> float:
    """P_i ∝ (1 − π)/N · 2^w_i; nobody ∝ π · (1 + Σ 2^l / N)."""
    inside = [(1 - OUTSIDERS) / RESIDENTS * 2 ** pair["match_weight"] for pair in pairs]
    looks = sum(2 ** pair["lookalike_weight"] for pair in pairs) / RESIDENTS
    return inside[index] / (sum(inside) + OUTSIDERS * (1 + looks))


def candidates(*weights: tuple[float, float]) -> list[dict]:
    pairs = [
        {"resident_id": f"R{n}", "match_weight": w, "lookalike_weight": lookalike}
        for n, (w, lookalike) in enumerate(weights)
    ]
    return [{**p, "match_probability": round(posterior(pairs, n), 9)} for n, p in enumerate(pairs)]


def test_the_steps_lead_from_a_random_resident_to_the_posterior() -> None:
    pairs = candidates((15.0, 8.0), (11.0, 10.0))

    found = steps(pairs[0], [("name", 9.0), ("birth", 7.0)], Rivals(pairs, RESIDENTS, OUTSIDERS))

    looks = (2**8 + 2**10) / 1024
    outside = 0.25 * (1 + looks)
    told = {step.name: step.bits for step in found}
    assert told == pytest.approx(
        {
            "one of 1,024 residents": -10.0,
            "name": 9.0,
            "birth": 7.0,
            "other terms of the model": -1.0,
            "nobody in the register": 2.0,
            "lookalikes outside the register": -log2(1 + looks),
            "the other candidates": -log2((outside + 2.0) / outside),
            "together": log2(pairs[0]["match_probability"] / (1 - pairs[0]["match_probability"])),
        },
        abs=1e-6,
    )
    assert [step.start for step in found[1:4]] == [-10.0, -1.0, 6.0]
    assert found[-1].end == pytest.approx(found[-2].end)


def test_rivals_at_odds_with_the_stored_probability_are_one_step() -> None:
    [pair] = candidates((12.0, 3.0))
    found = steps(pair, [("name", 12.0)], Rivals([pair], RESIDENTS, 0.7))
    assert found[-2].name == "rivals: nobody, lookalikes, other candidates"
    odds = pair["match_probability"] / (1 - pair["match_probability"])
    assert found[-1].bits == pytest.approx(log2(odds))
