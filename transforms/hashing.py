"""64-bit hashes of whole columns, the same on every machine and in every release.

Polars' own hash promises neither, and the two sides of a join are hashed on different machines.
"""

from typing import cast

import numpy as np
import numpy.typing as npt
import polars as pl
import polars_hash as plh

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

# Odd, and without a pattern in their bits: 2^64 over the golden ratio, and Pelle Evensen's mixer.
BASE, MIXER = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
SEED = 0


def hashed(values: pl.Series) -> Hashes:
    """Equal values of a type have equal hashes; those of nulls mean nothing.

    Whole numbers and dates are hashed as they are, everything else as its text.
    """
    if values.dtype.is_integer() or values.dtype == pl.Date:
        whole = values.to_physical().fill_null(0)
        return mixed(whole.to_numpy().astype(np.uint64))
    return text_hashes(values.cast(pl.String), SEED)


def mixed(hashes: Hashes) -> Hashes:
    """Every bit spread over all others."""
    half, odd = np.uint64(32), np.uint64(MIXER)
    spread = (hashes ^ (hashes >> half)) * odd
    spread = (spread ^ (spread >> half)) * odd
    return spread ^ (spread >> half)


def extended(hashes: Hashes, part: Hashes) -> Hashes:
    """The hash of a sequence with one more part; the order of the parts counts.

    Parts are hashes: their bits are spread, and need not be once more.
    """
    return hashes * np.uint64(BASE) ^ part


def text_hashes(texts: pl.Series, seed: int) -> Hashes:
    """The XXH64 of each text; of a null the seed."""
    # Under a name of ours: polars takes some for patterns, and other registers' columns have any.
    named = texts.alias("text").to_frame()
    found = named.select(plh.col("text").nchash.xxhash64(seed=seed)).to_series()
    return found.fill_null(seed).to_numpy()


def hash_of(text: pl.Expr) -> pl.Expr:
    """The XXH64 of each text of an expression, with SEED; null of a null."""
    return cast(plh.HExpr, text).nchash.xxhash64(seed=SEED)


def bytes_of(texts: pl.Series) -> tuple[Places, npt.NDArray[np.uint8]]:
    """Where each text begins and the last one ends, and the bytes of all of them."""
    arrow = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = arrow.buffers()
    bounds = np.frombuffer(offsets, np.int64)[arrow.offset : arrow.offset + len(arrow) + 1]
    letters = np.frombuffer(data or b"", np.uint8)[bounds[0] : bounds[-1]]
    return bounds - bounds[0], letters
