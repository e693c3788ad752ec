"""Random draws as pure functions of (seed, purpose, identifier): the same in every chunk."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
import polars as pl

from transforms.xxhash64 import xxhash64

SLOTS = 2048

Value = TypeVar("Value", str, int)


@dataclass(frozen=True)
class Dice:
    """Draws of one seed; every purpose is an independent stream over the identifiers."""

    seed: int

    def uniform(self, purpose: str, *ids: pl.Expr) -> pl.Expr:
        """A double in [0, 1); ids of 32 and of 64 bits are different ids."""
        draw = partial(_uniform, number_of(f"{self.seed}:{purpose}"))
        return pl.map_batches(ids, draw, return_dtype=pl.Float64, is_elementwise=True)

    def below(self, limit: int | pl.Expr, purpose: str, *ids: pl.Expr) -> pl.Expr:
        """An integer in [0, limit)."""
        return (self.uniform(purpose, *ids) * limit).cast(pl.Int32)

    def happens(self, share: float | pl.Expr, purpose: str, *ids: pl.Expr) -> pl.Expr:
        """True for `share` of the identifiers."""
        return self.uniform(purpose, *ids) < share

    def fixed(self, purpose: str) -> float:
        """A number in [0, 1) that belongs to the seed alone."""
        return (number_of(f"{self.seed}:{purpose}") >> 11 & (1 << 52) - 1) / 2**52


def _uniform(first: int, ids: Sequence[pl.Series]) -> pl.Series:
    # A branch that is not taken is evaluated for nulls too.
    known = (series.fill_null(0) for series in ids)
    bits = xxhash64(pl.Series([first], dtype=pl.Int64), *known) >> np.uint64(11)
    return pl.Series(bits.astype(np.float64) * 2.0**-53)


def number_of(text: str) -> int:
    """A signed 64-bit number that any text maps to, on any machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def pick(values: Sequence[str] | Sequence[int] | Sequence[float], at: pl.Expr) -> pl.Expr:
    """The value at an index; null where the index is."""
    return pl.lit(pl.Series("values", values)).gather(at)


def slot(uniform: pl.Expr, size: int = SLOTS) -> pl.Expr:
    """Which of `size` equal slots a draw falls into."""
    return pl.min_horizontal((uniform * size).cast(pl.Int32), size - 1)


def spread(weights: Mapping[Value, float], size: int = SLOTS) -> list[Value]:
    """`size` slots shared out by weight with the largest-remainder rule: one draw, one look-up."""
    total = sum(weights.values())
    shares = {value: weight / total * size for value, weight in weights.items() if weight > 0}
    counts = {value: int(share) for value, share in shares.items()}
    rest = set(sorted(shares, key=lambda v: counts[v] - shares[v])[: size - sum(counts.values())])
    return [value for value in shares for _ in range(counts[value] + (value in rest))]


def permuted(number: pl.Expr, purpose: str, size: int) -> pl.Expr:
    """A bijection of [0, size) for sizes up to 10^10 whose only prime factors are 2, 3 and 5."""
    factor = abs(number_of(f"factor:{purpose}")) % min(size, 2**29) // 30 * 30 + 7
    shift = abs(number_of(f"shift:{purpose}")) % size
    return (number.cast(pl.Int64) % size * factor + shift) % size


def padded(number: pl.Expr, width: int) -> pl.Expr:
    """A number as text with leading zeros."""
    return number.cast(pl.String).str.pad_start(width, "0")
