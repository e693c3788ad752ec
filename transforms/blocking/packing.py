"""Many narrow rows as one cell: so that Spark moves a few large rows and takes none of them apart.

Keys are numbers of even spread. Their highest bits name a segment, the part of both sides that is
matched at a time.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import types as T

from transforms.blocking.hashing import Hashes

SEGMENT = 23  # as a power of two of bitmap bits: half a million keys, a bitmap of 1 MiB
CELLS = T.StructType(
    [
        T.StructField("segment", T.IntegerType()),
        T.StructField("rows", T.LongType()),
        T.StructField("content", T.BinaryType()),
    ]
)


def packed(frames: dict[int, pl.DataFrame]) -> pl.DataFrame:
    """One row per segment, its frame as Arrow's stream format."""
    return pl.DataFrame(
        {
            "segment": list(frames),
            "rows": [len(frame) for frame in frames.values()],
            "content": [frame.write_ipc_stream(None).getvalue() for frame in frames.values()],
        },
        schema={"segment": pl.Int32, "rows": pl.Int64, "content": pl.Binary},
    )


def unpacked(cells: pl.DataFrame) -> pl.DataFrame:
    """All rows of all cells."""
    return pl.concat(pl.read_ipc_stream(content) for content in cells["content"])


def split(frame: pl.DataFrame, hashes: Hashes, width: int) -> pl.DataFrame:
    """The frame packed by segment; `width` is that of the bitmap, which says how many there are."""
    segments = segment_of(hashes, width)
    order = np.argsort(segments, kind="stable")  # a radix sort, as 16 bits are few
    touched, starts = np.unique(segments[order], return_index=True)
    sorted_frame, bounds = frame[order], [*starts.tolist(), len(frame)]
    return packed(
        {
            at: sorted_frame[start:end]
            for at, (start, end) in zip(touched.tolist(), pairwise(bounds), strict=True)
        }
    )


def segment_of(hashes: Hashes, width: int) -> npt.NDArray[np.uint16]:
    """The segment of each hash: what its position in a bitmap of that width begins with."""
    return (positions_of(hashes, width) >> np.uint64(SEGMENT)).astype(np.uint16)


def positions_of(hashes: Hashes, width: int) -> Hashes:
    """The highest bits of each hash, so that sorted hashes are sorted by segment too."""
    return hashes >> np.uint64(64 - width)
