"""Many narrow rows as one cell: so that Spark moves a few large rows and takes none of them apart.

Rows that must meet have a key in common, and the highest bits of its hash name a segment.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
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


def packed(frames: Mapping[int, pl.DataFrame], kind: str = "") -> pl.DataFrame:
    """One row per segment, its frame as the content."""
    return _cells(kind, {at: contents.laid_out(of) for at, of in frames.items()}, contents.held)


def unpacked(cells: pl.DataFrame) -> pl.DataFrame:
    """All rows of all cells, as one piece."""
    return contents.read(cells["content"])


def split(frame: pl.DataFrame, hashes: Hashes, segments: int, kind: str = "") -> pl.DataFrame:
    """The frame packed by segment, of which there are a power of two, on its way to their tasks."""
    of_row = segment_of(hashes, segments)
    order = np.argsort(of_row, kind="stable")  # a radix sort, as 16 bits are few
    touched, starts = np.unique(of_row[order], return_index=True)
    # Out of many chunks each row would be looked for, in five times as long.
    parts = contents.in_parts(frame.rechunk()[order], [*starts.tolist(), len(frame)])
    return _cells(kind, dict(zip(touched.tolist(), parts, strict=True)), contents.sent)


def _cells(
    kind: str, rows: Mapping[int, pa.Table], content: Callable[[pa.Table], bytes]
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "kind": [kind] * len(rows),
            "segment": list(rows),
            "rows": [of.num_rows for of in rows.values()],
            "content": [content(of) for of in rows.values()],
        },
        schema={"kind": pl.String, "segment": pl.Int32, "rows": pl.Int64, "content": pl.Binary},
    )


def segment_of(hashes: Hashes, segments: int) -> npt.NDArray[np.uint16]:
    """The segment of each hash: what it begins with, so that sorted hashes are sorted by it too."""
    if segments == 1:
        return np.zeros(len(hashes), np.uint16)
    return (hashes >> np.uint64(65 - segments.bit_length())).astype(np.uint16)
