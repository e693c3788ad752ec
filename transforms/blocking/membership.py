"""Which keys occur among many, as a bitmap that fits everywhere: a Bloom filter of one hash.

A key's lowest bits are its position. What the bitmap denies does not occur; of the others some do
not either, which a join finds out. It is made in segments, so that no task holds all of it.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import types as T

from transforms.blocking.hashing import Hashes

Bitmap = npt.NDArray[np.uint8]

BITS_PER_KEY = 16  # one in sixteen foreign keys passes
LEAST, MOST = 16, 32  # as powers of two: 8 KiB, 512 MiB
SEGMENT = 20  # as a power of two: 128 KiB

SEGMENTS = T.StructType(
    [T.StructField("segment", T.IntegerType()), T.StructField("content", T.BinaryType())]
)


def width_for(keys: int) -> int:
    """The size of a bitmap for so many keys, as a power of two of bits."""
    return min(max((BITS_PER_KEY * keys).bit_length(), LEAST), MOST)


def may_hold(bitmap: Bitmap, keys: Hashes) -> npt.NDArray[np.bool_]:
    """False for every key that is certainly not among those the bitmap was made of."""
    position = keys & np.uint64(8 * len(bitmap) - 1)
    octets = bitmap[position >> np.uint64(3)]
    bits: npt.NDArray[np.uint8] = octets >> (position & np.uint64(7)).astype(np.uint8) & np.uint8(1)
    return bits.astype(np.bool_)


def positions(keys: pl.DataFrame, width: int) -> pl.DataFrame:
    """One row per segment that `key` touches: the positions in it, packed."""
    every = keys["key"].to_numpy().view(np.uint64) & np.uint64((1 << width) - 1)
    segment = (every >> np.uint64(SEGMENT)).astype(np.uint16)
    order = np.argsort(segment, kind="stable")  # a radix sort, as 16 bits are few
    touched, starts = np.unique(segment[order], return_index=True)
    inside = (every & np.uint64((1 << SEGMENT) - 1)).astype(np.uint32)[order]
    packed = [inside[a:b].tobytes() for a, b in pairwise([*starts, len(inside)])]
    return pl.DataFrame(
        {"segment": touched.astype(np.int32), "content": packed},
        schema={"segment": pl.Int32, "content": pl.Binary},
    )


def segments(packed: pl.DataFrame, width: int) -> pl.DataFrame:
    """One row per segment: its bits, of all positions packed for it."""
    together = packed.group_by("segment").agg("content").sort("segment")
    content = [_bits(parts, min(width, SEGMENT)) for parts in together["content"]]
    return together.select("segment", pl.Series("content", content, dtype=pl.Binary))


def _bits(parts: pl.Series, width: int) -> bytes:
    bits = np.zeros(1 << width, np.bool_)
    bits[np.frombuffer(b"".join(parts), np.uint32)] = True
    return np.packbits(bits, bitorder="little").tobytes()


def bitmap(segments: pl.DataFrame, width: int) -> Bitmap:
    """The whole of it."""
    whole = np.zeros(1 << (width - 3), np.uint8)
    size = 1 << (min(width, SEGMENT) - 3)
    for segment, content in segments.iter_rows():
        whole[segment * size : (segment + 1) * size] = np.frombuffer(content, np.uint8)
    return whole
