"""64-bit hashes of whole columns, the same on every machine and in every release.

Polars' own hash promises neither, and the two sides of a join are hashed on different machines.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

# Odd, and without a pattern in their bits: 2^64 over the golden ratio, and Pelle Evensen's mixer.
BASE, MIXER = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
TEXTS = 1 << 13


def hashed(values: pl.Series) -> Hashes:
    """Equal values of a type have equal hashes; those of nulls mean nothing.

    Whole numbers and dates are hashed as they are, everything else as its text.
    """
    if values.dtype.is_integer() or values.dtype == pl.Date:
        whole = values.to_physical().cast(pl.Int64).fill_null(0)
        return mixed(whole.to_numpy().astype(np.uint64))
    return _text_hashes(values.cast(pl.String))


def mixed(hashes: Hashes) -> Hashes:
    """Every bit spread over all others."""
    half, odd = np.uint64(32), np.uint64(MIXER)
    spread = (hashes ^ (hashes >> half)) * odd
    spread = (spread ^ (spread >> half)) * odd
    return spread ^ (spread >> half)


def extended(hashes: Hashes, part: Hashes) -> Hashes:
    """The hash of a sequence with one more part; the order of the parts counts."""
    return mixed(hashes * np.uint64(BASE) ^ part)


def _text_hashes(texts: pl.Series) -> Hashes:
    """Some thousand texts at a time, so that what is computed of them stays in the cache."""
    parts = [_some_hashes(texts.slice(at, TEXTS)) for at in range(0, len(texts), TEXTS)]
    return np.concatenate([np.zeros(0, np.uint64), *parts])


def _some_hashes(texts: pl.Series) -> Hashes:
    """Each text's bytes as a polynomial in `BASE` modulo 2^64, all texts in one running sum.

    The sum over a text that begins at byte `s` is its polynomial times BASE^s: the power of the
    inverse takes that back.
    """
    bounds, letters = bytes_of(texts)
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum((letters + np.uint64(1)) * _powers(BASE, len(letters)), out=sums[1:])
    shifted = sums[bounds[1:]] - sums[bounds[:-1]]
    return mixed(shifted * _powers(pow(BASE, -1, 1 << 64), len(letters) + 1)[bounds[:-1]])


def bytes_of(texts: pl.Series) -> tuple[Places, npt.NDArray[np.uint8]]:
    """Where each text begins and the last one ends, and the bytes of all of them."""
    arrow = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = arrow.buffers()
    bounds = np.frombuffer(offsets, np.int64)[arrow.offset : arrow.offset + len(arrow) + 1]
    letters = np.frombuffer(data or b"", np.uint8)[bounds[0] : bounds[-1]]
    return bounds - bounds[0], letters


def _powers(base: int, count: int) -> Hashes:
    """base^0, base^1, … modulo 2^64."""
    return _powers_of_two(base, max(count, 1).bit_length())[:count]


@cache
def _powers_of_two(base: int, doublings: int) -> Hashes:
    factors = np.full(1 << doublings, base, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)
