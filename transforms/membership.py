"""Which keys occur among many, as a bitmap that fits everywhere: a Bloom filter of one hash.

A key's highest bits are its position. What the bitmap denies does not occur; of the others some do
not either, which the join finds out. It is made in segments, so that no task holds all of it.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.hashing import Hashes
from transforms.packing import split, unpacked

Bitmap = npt.NDArray[np.uint8]

BITS_PER_KEY = 16  # one in sixteen foreign keys passes
LEAST, MOST = 16, 32  # as powers of two: 8 KiB, 512 MiB
SEGMENT = 24  # as a power of two of bitmap bits: a million keys, two MiB


def width_for(keys: int, bits_per_key: int = BITS_PER_KEY) -> int:
    """The size of a bitmap for so many keys, as a power of two of bits."""
    return min(max((bits_per_key * keys).bit_length(), LEAST), MOST)


def segments_of(width: int) -> int:
    """How many segments a bitmap of that width is made in."""
    return 1 << max(width - SEGMENT, 0)


def positions_of(hashes: Hashes, width: int) -> Hashes:
    """The highest bits of each hash, so that sorted hashes are sorted by position too."""
    return hashes >> np.uint64(64 - width)


def may_hold(bitmap: Bitmap, keys: Hashes) -> npt.NDArray[np.bool_]:
    """False for every key that is certainly not among those the bitmap was made of."""
    width = len(bitmap).bit_length() + 2
    # As signed numbers: NumPy turns unsigned ones into these first, which doubles the time.
    octets = bitmap[positions_of(keys, width - 3).view(np.int64)]
    bit = positions_of(keys, width).astype(np.uint8) & np.uint8(7)
    held: npt.NDArray[np.bool_] = (octets >> bit & np.uint8(1)).view(np.bool_)
    return held


def positions(cells: pl.DataFrame, width: int) -> pl.DataFrame:
    """The positions of all keys in `cells`, packed by segment."""
    keys = unpacked(cells)["key"].to_numpy().view(np.uint64)
    whole = positions_of(keys, width)
    inside = (whole & np.uint64((1 << SEGMENT) - 1)).astype(np.uint32)
    return split(pl.DataFrame({"position": inside}), keys, segments_of(width))


def bits(cells: pl.DataFrame, width: int) -> pl.DataFrame:
    """One row: the bits of a segment, of all positions packed for it."""
    found = np.zeros(1 << min(width, SEGMENT), np.bool_)
    found[unpacked(cells)["position"].to_numpy()] = True
    content = np.packbits(found, bitorder="little").tobytes()
    return cells[:1].with_columns(content=pl.lit(content))


def bitmap_of(keys: Hashes, bits_per_key: int = BITS_PER_KEY) -> Bitmap:
    """The bitmap of all keys, which are few enough to be together."""
    width = width_for(len(keys), bits_per_key)
    position = positions_of(keys, width)
    whole = np.zeros(1 << (width - 3), np.uint8)
    bit = np.uint8(1) << (position & np.uint64(7)).astype(np.uint8)
    np.bitwise_or.at(whole, position >> np.uint64(3), bit)
    return whole


def bitmap(segments: pl.DataFrame, width: int) -> Bitmap:
    """The bitmap of 2^`width` bits, put together from the `bits` of its segments."""
    whole = np.zeros(1 << (width - 3), np.uint8)
    size = 1 << (min(width, SEGMENT) - 3)
    for segment, content in segments.select("segment", "content").iter_rows():
        whole[segment * size : (segment + 1) * size] = np.frombuffer(content, np.uint8)
    return whole
