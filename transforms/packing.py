"""Many narrow rows as one cell: so that Spark moves a few large rows and takes none of them apart.

Rows that must meet have a key in common, and the highest bits of its hash name a segment.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import types as T

from transforms import contents
from transforms.hashing import Hashes

CELLS = T.StructType(
    [
        T.StructField("kind", T.StringType()),
        T.StructField("segment", T.IntegerType()),
        T.StructField("rows", T.LongType()),
        T.StructField("content", T.BinaryType()),
    ]
)


def packed(
    frames: Mapping[int, pl.DataFrame],
    kind: str = "",
    content: Callable[[pl.DataFrame], bytes] = contents.held,
) -> pl.DataFrame:
    """One row per segment, its frame as the content."""
    return pl.DataFrame(
        {
            "kind": [kind] * len(frames),
            "segment": list(frames),
            "rows": [len(frame) for frame in frames.values()],
            "content": [content(frame) for frame in frames.values()],
        },
        schema={"kind": pl.String, "segment": pl.Int32, "rows": pl.Int64, "content": pl.Binary},
    )


def unpacked(cells: pl.DataFrame) -> pl.DataFrame:
    """All rows of all cells."""
    return pl.concat(map(contents.read, cells["content"]))


def split(frame: pl.DataFrame, hashes: Hashes, segments: int, kind: str = "") -> pl.DataFrame:
    """The frame packed by segment, of which there are a power of two, on its way to their tasks."""
    of_row = segment_of(hashes, segments)
    order = np.argsort(of_row, kind="stable")  # a radix sort, as 16 bits are few
    touched, starts = np.unique(of_row[order], return_index=True)
    sorted_frame, bounds = frame[order], [*starts.tolist(), len(frame)]
    return packed(
        {
            at: sorted_frame[start:end]
            for at, (start, end) in zip(touched.tolist(), pairwise(bounds), strict=True)
        },
        kind,
        contents.sent,
    )


def segment_of(hashes: Hashes, segments: int) -> npt.NDArray[np.uint16]:
    """The segment of each hash: what it begins with, so that sorted hashes are sorted by it too."""
    if segments == 1:
        return np.zeros(len(hashes), np.uint16)
    return (hashes >> np.uint64(65 - segments.bit_length())).astype(np.uint16)
