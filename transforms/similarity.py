"""The one home of Python UDFs, and the only module that executors unpickle.

Spark has no Jaro-Winkler, no token alignment and no Unicode normalisation. Import little here:
whatever this module imports, every executor must have (pyarrow, rapidfuzz, jellyfish).
"""

from collections.abc import Callable
from typing import cast

import pyarrow as pa
from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T

from transforms.decoding import NameDecoder
from transforms.name_comparison import TokenFrequencies, compare_names, name_rarity

DECODED = T.StructType(
    [T.StructField("name", T.StringType()), T.StructField("decoding", T.StringType())]
)
COMPARED = T.StructType(
    [
        T.StructField("level", T.StringType()),
        T.StructField("rarity", T.DoubleType()),
        T.StructField("typed_rarity", T.DoubleType()),
    ]
)
_DECODED_ARROW = pa.struct([("name", pa.string()), ("decoding", pa.string())])
_COMPARED_ARROW = pa.struct(
    [("level", pa.string()), ("rarity", pa.float64()), ("typed_rarity", pa.float64())]
)


def arrow_udf(function: Callable[..., pa.Array], returns: T.StructType) -> Callable[..., Column]:
    """Spark's own `arrow_udf`, which its type stubs do not know yet."""
    return cast(Callable[..., Column], F.arrow_udf(function, returns))  # type: ignore[attr-defined]


def decoded_name(vocabulary: dict[str, int]) -> Callable[..., Column]:
    """UDF: raw damaged name → (name, decoding); null in, null out. Each value is read once."""
    decoder = NameDecoder.of(vocabulary)

    def decode(raw: pa.Array) -> pa.Array:
        distinct = raw.dictionary_encode()
        read = [decoder.read(text) if text else None for text in distinct.dictionary.to_pylist()]
        return pa.array(read, type=_DECODED_ARROW).take(distinct.indices)

    return arrow_udf(decode, DECODED)


def compared_names(
    frequencies: TokenFrequencies, confusions: frozenset[frozenset[str]]
) -> Callable[..., Column]:
    """UDF: two standard names → (level, rarity in bits). Each distinct pair is compared once."""

    def compare(left: pa.Array, right: pa.Array) -> pa.Array:
        seen: dict[tuple[str | None, str | None], int] = {}
        found: list[tuple[str, float, float]] = []
        at: list[int] = []
        for pair in zip(left.to_pylist(), right.to_pylist(), strict=True):
            position = seen.get(pair)
            if position is None:
                position = seen[pair] = len(found)
                found.append(_compared(*pair, frequencies, confusions))
            at.append(position)
        columns = [pa.array(column) for column in zip(*found, strict=True)] if found else None
        if columns is None:
            return pa.array([], _COMPARED_ARROW)
        distinct = pa.StructArray.from_arrays(columns, fields=list(_COMPARED_ARROW))
        return distinct.take(pa.array(at, pa.int32()))

    return arrow_udf(compare, COMPARED)


def _compared(
    left: str | None,
    right: str | None,
    frequencies: TokenFrequencies,
    confusions: frozenset[frozenset[str]],
) -> tuple[str, float, float]:
    if left is None or right is None:
        return "missing", 0.0, 0.0
    comparison = compare_names(left, right, frequencies, confusions)
    return comparison.level, comparison.rarity, name_rarity(left, frequencies)
