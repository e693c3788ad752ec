"""Edits between two texts, counted in C++ and only where the lengths allow them to be near."""

import numpy as np
import polars as pl
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist


def edits(left: pl.Expr, right: pl.Expr, most: int) -> pl.Expr:
    """Levenshtein distance up to `most`; null where it is larger or a side is missing.

    Each mention of the expression counts anew: give it a column before it is asked twice.
    """

    def counted(sides: pl.Series) -> pl.Series:
        return _counted(sides.struct.field("one"), sides.struct.field("other"), most)

    sides = pl.struct(left.alias("one"), right.alias("other"))
    return sides.map_batches(counted, return_dtype=pl.Int32, is_elementwise=True)


def _counted(one: pl.Series, other: pl.Series, most: int) -> pl.Series:
    longer = one.str.len_chars().cast(pl.Int32) - other.str.len_chars().cast(pl.Int32)
    near = (longer.abs() <= most).fill_null(value=False)
    distances = np.full(len(one), most + 1, dtype=np.int32)
    distances[near.to_numpy()] = cpdist(
        one.filter(near).to_list(),
        other.filter(near).to_list(),
        scorer=Levenshtein.distance,
        score_cutoff=most,
    )
    found = pl.Series(distances)
    return found.set(found > most, None)
