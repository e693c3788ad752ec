"""Random draws as pure functions of (seed, purpose, identifier): the same on every partition."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pyspark.sql import Column
from pyspark.sql import functions as F

SEPARATOR = "|"
SLOTS = 2048

Value = TypeVar("Value", str, int)


@dataclass(frozen=True)
class Dice:
    """Draws of one seed; every purpose is an independent stream over the identifiers."""

    seed: int

    def uniform(self, purpose: str, *ids: Column) -> Column:
        """A double in [0, 1)."""
        bits = F.xxhash64(F.lit(number_of(f"{self.seed}:{purpose}")), *ids)
        return F.shiftrightunsigned(bits, 11).cast("double") * F.lit(2.0**-53)

    def below(self, limit: int | Column, purpose: str, *ids: Column) -> Column:
        """An integer in [0, limit)."""
        return F.floor(self.uniform(purpose, *ids) * limit).cast("int")

    def happens(self, share: float | Column, purpose: str, *ids: Column) -> Column:
        """True for `share` of the identifiers."""
        return self.uniform(purpose, *ids) < share

    def fixed(self, purpose: str) -> float:
        """A number in [0, 1) that belongs to the seed alone."""
        return (number_of(f"{self.seed}:{purpose}") >> 11 & (1 << 52) - 1) / 2**52


def number_of(text: str) -> int:
    """A signed 64-bit number that any text maps to, on any machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def texts(values: Sequence[str]) -> Column:
    """A constant array of texts; folded once when the query is planned."""
    return F.split(F.lit(SEPARATOR.join(values)), r"\|")


def integers(values: Sequence[int]) -> Column:
    """A constant array of integers; folded once when the query is planned."""
    return F.split(F.lit(",".join(map(str, values))), ",").cast("array<bigint>")


def decimals(values: Sequence[float]) -> Column:
    """A constant array of doubles; folded once when the query is planned."""
    return F.split(F.lit(",".join(map(repr, values))), ",").cast("array<double>")


def slot(uniform: Column, size: int = SLOTS) -> Column:
    """Which of `size` equal slots a draw falls into."""
    return F.least(F.floor(uniform * size), F.lit(size - 1)).cast("int")


def spread(weights: Mapping[Value, float], size: int = SLOTS) -> list[Value]:
    """`size` slots shared out by weight with the largest-remainder rule: one draw, one look-up."""
    total = sum(weights.values())
    shares = {value: weight / total * size for value, weight in weights.items() if weight > 0}
    counts = {value: int(share) for value, share in shares.items()}
    rest = set(sorted(shares, key=lambda v: counts[v] - shares[v])[: size - sum(counts.values())])
    return [value for value in shares for _ in range(counts[value] + (value in rest))]


def permuted(number: Column, purpose: str, size: int) -> Column:
    """A bijection of [0, size) for sizes up to 10^10 whose only prime factors are 2, 3 and 5."""
    factor = abs(number_of(f"factor:{purpose}")) % min(size, 2**29) // 30 * 30 + 7
    shift = abs(number_of(f"shift:{purpose}")) % size
    return (number % size * factor + shift) % size
