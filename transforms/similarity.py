"""The one home of Python UDFs, which executors unpickle.

Spark has no Jaro-Winkler and no Unicode normalisation. Import little here:
whatever this module imports, every executor must have (pyarrow, rapidfuzz, jellyfish).
"""

from collections.abc import Callable, Sequence
from typing import cast

import jellyfish
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein
from rapidfuzz.process import cpdist

from transforms.agglomeration import average_linkage

_CLUSTERED_ARROW = pa.list_(pa.struct([("record", pa.int64()), ("cluster", pa.int64())]))
CLUSTERED = T.ArrayType(
    T.StructType([T.StructField("record", T.LongType()), T.StructField("cluster", T.LongType())])
)
# rapidfuzz's scorers by the field's names, each with the factor that brings shares to 0..1.
MEASURES: dict[str, tuple[Callable[..., float], float]] = {
    "jaro_winkler": (JaroWinkler.similarity, 1.0),
    "levenshtein": (Levenshtein.distance, 1.0),
    "damerau": (OSA.distance, 1.0),
    "similarity": (OSA.normalized_similarity, 1.0),
    "token_sort": (fuzz.token_sort_ratio, 0.01),
}


def arrow_udf(function: Callable[..., pa.Array], returns: T.DataType) -> Callable[..., Column]:
    """Spark's own `arrow_udf`, which its type stubs do not know yet."""
    return cast(Callable[..., Column], F.arrow_udf(function, returns))  # type: ignore[attr-defined]


def phonetic(encode: Callable[[str], str]) -> Callable[[Column], Column]:
    """UDF: each distinct word's code, null in, null out; Spark knows Soundex only."""

    def coded(text: pa.Array) -> pa.Array:
        distinct = text.dictionary_encode()
        codes = [encode(word) or None for word in distinct.dictionary.to_pylist()]
        return pa.array(codes, pa.string()).take(distinct.indices)

    return arrow_udf(coded, T.StringType())


def string_measures(names: Sequence[str]) -> Callable[[Column, Column], Column]:
    """UDF: named measures of two texts, null when either is; Spark has Levenshtein alone."""
    fields = [T.StructField(name, T.DoubleType()) for name in names]

    def measured(left: pa.Array, right: pa.Array) -> pa.Array:
        return _measured(names, left, right)

    return arrow_udf(measured, T.StructType(fields))


def _measured(names: Sequence[str], left: pa.Array, right: pa.Array) -> pa.Array:
    missing = pc.or_(left.is_null(), right.is_null())
    one, other = left.fill_null("").to_pylist(), right.fill_null("").to_pylist()
    columns = [pa.array(_measure(name, one, other), pa.float64()) for name in names]
    known = [pc.if_else(missing, pa.scalar(None, pa.float64()), column) for column in columns]
    return pa.StructArray.from_arrays(known, names=list(names))


def _measure(name: str, one: list[str], other: list[str]) -> npt.NDArray[np.float64]:
    # rapidfuzz's scorers do not pickle, so they are looked up where they run.
    scorer, scale = MEASURES[name]
    return np.asarray(cpdist(one, other, scorer=scorer, dtype=np.float64) * scale)


def metaphone(text: Column) -> Column:
    """Lawrence Philips' Metaphone of a word."""
    return phonetic(jellyfish.metaphone)(text)


def clusters_by_average(missing: float, bounds: tuple[float, float]) -> Callable[..., Column]:
    """UDF: the scored pairs of a component → (record, cluster) by average linkage.

    Spark has no agglomeration; each row is one component, small by its guard.
    """

    def cut(edges: pa.Array) -> pa.Array:
        found = [
            [
                {"record": record, "cluster": cluster}
                for record, cluster in average_linkage(
                    [(e["src"], e["dst"], e["weight"]) for e in component], missing, bounds
                )
            ]
            for component in edges.to_pylist()
        ]
        return pa.array(found, type=_CLUSTERED_ARROW)

    return arrow_udf(cut, CLUSTERED)
