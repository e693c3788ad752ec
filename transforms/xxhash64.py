"""Spark's xxhash64 over whole columns, in numpy: what a kernel draws, a query would draw too.

Each column's hash is the seed of the next one's (Collet's XXH64, of 64 bits).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from transforms.hashing import Places, bytes_of, text_hashes

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
STRIPE, WORD, HALF = 32, 8, 4  # bytes
AT_ONCE = 1 << 14  # rows, so that what is computed of them stays in the cache


def xxhash64(*columns: pl.Series) -> Bits:
    """The 64 bits of `xxhash64(columns)` of each row: longs, ints and texts; a null is passed over.

    A column of one row is that of all rows.

    Raises:
        TypeError: a column of another type.
    """
    size = 0 if any(map(pl.Series.is_empty, columns)) else max(map(len, columns))
    whole = [c.new_from_index(0, size) if len(c) == 1 else c for c in columns]
    begun, others = _begun(whole, size)
    parts = [np.zeros(0, np.uint64)]
    for start in range(0, size, AT_ONCE):
        bits = begun[start : start + AT_ONCE]
        for column in others:
            bits = _next(column.slice(start, AT_ONCE), bits)
        parts.append(bits)
    return np.concatenate(parts)


def _begun(columns: Sequence[pl.Series], size: int) -> tuple[Bits, Sequence[pl.Series]]:
    """The hashes that the columns begin with, and the columns left: texts have one seed only as the
    first ones, and only then are a library's work.
    """
    first, *others = columns
    if first.dtype == pl.String:
        return text_hashes(first, SPARKS_SEED), others
    return np.full(size, SPARKS_SEED, np.uint64), columns


def _next(values: pl.Series, seed: Bits) -> Bits:
    bits = _hashed(values, seed)
    return np.where(values.is_null().to_numpy(), seed, bits) if values.null_count() else bits


def _hashed(values: pl.Series, seed: Bits) -> Bits:
    if values.dtype == pl.String:
        return _texts(values, seed)
    if values.dtype == pl.Int64:
        return _long(values.fill_null(0).to_numpy().view(np.uint64), seed)
    if values.dtype == pl.Int32:
        return _int(values.fill_null(0).to_numpy().view(np.uint32).astype(np.uint64), seed)
    raise TypeError(f"{values.name}: {values.dtype} is neither a whole number nor a text")


def _long(values: Bits, seed: Bits) -> Bits:
    return _finished(_word(seed + (P5 + np.uint64(WORD)), values))


def _int(values: Bits, seed: Bits) -> Bits:
    return _finished(_half(seed + (P5 + np.uint64(HALF)), values))


def _texts(texts: pl.Series, seed: Bits) -> Bits:
    """All as if they were as long as most are, which needs no looking for rows; then the others."""
    bounds, found = bytes_of(texts)
    at, sizes = bounds[:-1], np.diff(bounds)
    usual = int(np.bincount(np.minimum(sizes, STRIPE)).argmax())
    letters = np.append(found, np.zeros(STRIPE + WORD, np.uint8))  # what is read too much is there
    words = as_strided(letters[:WORD].view(np.uint64), (len(letters) - WORD + 1,), (1,))
    if usual == STRIPE:
        return _of_any_size(words, at, sizes, seed)
    bits = _of_size(words, at, usual, seed)
    others = np.flatnonzero(sizes != usual)
    bits[others] = _of_any_size(words, at[others], sizes[others], seed[others])
    return bits


def _of_size(words: Bits, at: Places, size: int, seed: Bits) -> Bits:
    """Texts of one size, less than a stripe: words of eight, one of four, and bytes."""
    bits, done = seed + (P5 + np.uint64(size)), 0
    for width, step, mask in STEPS:
        while size - done >= width:
            bits = step(bits, words[at + done] & mask)
            done += width
    return _finished(bits)


def _of_any_size(words: Bits, at: Places, sizes: Places, seed: Bits) -> Bits:
    """Stripes of 32 bytes where a text has them, and what is left of it."""
    at, left = at.copy(), sizes.copy()
    bits = _stripes(words, at, left, seed) + sizes.astype(np.uint64)
    for width, step, mask in STEPS:
        while len(live := np.flatnonzero(left >= width)):
            bits[live] = step(bits[live], words[at[live]] & mask)
            at[live] += width
            left[live] -= width
    return _finished(bits)


def _stripes(words: Bits, at: Places, left: Places, seed: Bits) -> Bits:
    """How the hash of each text begins; moves `at` and `left` behind its whole stripes."""
    bits = seed + P5
    if not len(long := np.flatnonzero(left >= STRIPE)):
        return bits
    lanes = [seed + P1 + P2, seed + P2, seed.copy(), seed - P1]
    while len(live := np.flatnonzero(left >= STRIPE)):
        for lane, state in enumerate(lanes):
            state[live] = _round(state[live], words[at[live] + lane * WORD])
        at[live] += STRIPE
        left[live] -= STRIPE
    turned = zip(lanes, (1, 7, 12, 18), strict=True)
    merged = sum(
        (_rotated(state[long], by) for state, by in turned), np.zeros(len(long), np.uint64)
    )
    for state in lanes:
        merged = (merged ^ _round(np.uint64(0), state[long])) * P1 + P4
    bits[long] = merged
    return bits


def _round(state: Bits | np.uint64, values: Bits) -> Bits:
    return _rotated(state + values * P2, 31) * P1


def _word(bits: Bits, values: Bits) -> Bits:
    return _rotated(bits ^ _round(np.uint64(0), values), 27) * P1 + P4


def _half(bits: Bits, values: Bits) -> Bits:
    return _rotated(bits ^ values * P1, 23) * P2 + P3


def _byte(bits: Bits, values: Bits) -> Bits:
    return _rotated(bits ^ values * P5, 11) * P1


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


# How many bytes a step takes, and which bits of a word they are.
STEPS = tuple(
    (width, step, np.uint64((1 << 8 * width) - 1))
    for width, step in ((WORD, _word), (HALF, _half), (1, _byte))
)
