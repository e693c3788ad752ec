"""Spark's xxhash64 over integer columns, in numpy: what a kernel draws, a query would draw too."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

Bits = NDArray[np.uint64]

P1, P2, P3, P4, P5 = (
    np.uint64(prime)
    for prime in (
        0x9E3779B185EBCA87,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x85EBCA77C2B2AE63,
        0x27D4EB2F165667C5,
    )
)
SPARKS_SEED = 42


def xxhash64(ids: Sequence[pl.Series], first: int) -> Bits:
    """The 64 bits of `xxhash64(first, *ids)`; `first` a long, ids 64 or 32 bits wide.

    A null counts as zero: a branch that is not taken is evaluated for nulls.
    """
    bits = _long(_bits(first), _bits(SPARKS_SEED))
    for series in ids:
        bits = _next(series, bits)
    return bits


def _bits(number: int) -> Bits:
    """In an array of one, because numpy wraps arrays in silence and warns about scalars."""
    return np.array([number & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)


def _next(series: pl.Series, bits: Bits) -> Bits:
    values = series.fill_null(0).to_numpy()
    if values.dtype == np.int64:
        return _long(values.view(np.uint64), bits)
    if values.dtype == np.int32:
        return _int(values.view(np.uint32).astype(np.uint64), bits)
    raise TypeError(f"{series.name}: {series.dtype} is no id")


def _long(values: Bits, seed: Bits) -> Bits:
    mixed = _rotated(values * P2, 31)
    mixed *= P1
    return _finished(_rotated(mixed ^ seed + (P5 + np.uint64(8)), 27) * P1 + P4)


def _int(values: Bits, seed: Bits) -> Bits:
    return _finished(_rotated(values * P1 ^ seed + (P5 + np.uint64(4)), 23) * P2 + P3)


def _rotated(bits: Bits, by: int) -> Bits:
    low = bits >> np.uint64(64 - by)
    low |= bits << np.uint64(by)
    return low


def _finished(bits: Bits) -> Bits:
    """The last mixing, in place."""
    bits ^= bits >> np.uint64(33)
    bits *= P2
    bits ^= bits >> np.uint64(29)
    bits *= P3
    bits ^= bits >> np.uint64(32)
    return bits


def lot_of(product: pl.Expr, month: pl.Expr, area: pl.Expr) -> pl.Expr:
    """A number below 10,000 for a product (32 bits) in a month and an area (64 bits each)."""
    return pl.map_batches([product, month, area], _lots, return_dtype=pl.Int64, is_elementwise=True)


def _lots(ids: Sequence[pl.Series]) -> pl.Series:
    bits = _bits(SPARKS_SEED)
    for series in ids:
        bits = _next(series, bits)
    return pl.Series(np.abs(np.fmod(bits.view(np.int64), 10_000)))
