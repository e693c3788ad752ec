"""From a resident taken at random to the posterior: how a pair's evidence adds up, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp2, log2
from typing import Any

Pair = Mapping[str, Any]

# Probabilities are stored with nine digits: beyond, their odds are not known.
MOST_BITS = 29.9
SURE = 2.0**-MOST_BITS
# A step smaller than this is rounding.
NOISE = 0.02
AGREES = 1e-3


@dataclass(frozen=True)
class Step:
    """One step of the waterfall, in bits; `kind` is prior, evidence, rival or total."""

    name: str
    bits: float
    start: float
    kind: str

    @property
    def end(self) -> float:
        return self.start + self.bits


@dataclass(frozen=True)
class Rivals:
    """What else may explain a profile: all its scored pairs, in a register of so many residents."""

    pairs: Sequence[Pair]
    residents: int
    outsiders: float  # share of all profiles that are of nobody in the register

    @property
    def lookalikes(self) -> float:
        """Likelihood ratio of "somebody who resembles a candidate" to "nobody in particular"."""
        weights = (pair.get("lookalike_weight") for pair in self.pairs)
        return sum(exp2(w - log2(self.residents)) for w in weights if w is not None)

    def others(self, pair: Pair) -> float:
        """Odds of the other candidates together, in the unit of the prior."""
        ids = (p for p in self.pairs if p["resident_id"] != pair["resident_id"])
        return sum(exp2((p["match_weight"] or 0.0) - log2(self.residents)) for p in ids)


def steps(pair: Pair, terms: Sequence[tuple[str, float]], rivals: Rivals) -> list[Step]:
    """The waterfall of one pair: prior, terms of its match weight, rivals, posterior.

    Posterior odds = 2^w / N ÷ (π / (1 − π) · (1 + Σ 2^l / N) + Σ_other 2^w / N), all in bits.
    """
    weight = pair["match_weight"] or 0.0
    unexplained = weight - sum(bits for _, bits in terms)
    named = [(f"one of {rivals.residents:,} residents", -log2(rivals.residents), "prior")]
    named += [(name, bits, "evidence") for name, bits in terms]
    if abs(unexplained) > NOISE:
        named.append(("other terms of the model", unexplained, "evidence"))
    named += [(name, bits, "rival") for name, bits in against(pair, weight, rivals)]
    built: list[Step] = []
    at = 0.0
    for name, bits, kind in named:
        built.append(Step(name, bits, at, kind))
        at += bits
    return [*built, Step("together", at, 0.0, "total")]


def against(pair: Pair, weight: float, rivals: Rivals) -> list[tuple[str, float]]:
    """The rivals' steps; one step for all of them where the stored probability is not theirs."""
    prior = weight - log2(rivals.residents)
    nobody = rivals.outsiders / (1 - rivals.outsiders)
    outside = nobody * (1 + rivals.lookalikes)
    whole = outside + rivals.others(pair)
    if abs(probability(prior - log2(whole)) - (pair["match_probability"] or 0.0)) < AGREES:
        return [
            ("nobody in the register", -log2(nobody)),
            ("lookalikes outside the register", -log2(1 + rivals.lookalikes)),
            ("the other candidates", log2(outside / whole)),
        ]
    name = "rivals: nobody, lookalikes, other candidates"
    return [(name, log_odds(pair["match_probability"] or 0.0) - prior)]


def probability(bits: float) -> float:
    """Of odds in bits."""
    return 1 / (1 + exp2(-max(min(bits, 1000.0), -1000.0)))


def log_odds(share: float) -> float:
    """In bits, as far as the stored digits tell."""
    bounded = min(max(share, SURE), 1 - SURE)
    return log2(bounded / (1 - bounded))
