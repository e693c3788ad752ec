"""Edits between two texts, counted in C++ and only where the lengths allow them to be near; letters
of both where few pairs ask.
"""

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


def same_letters(left: pl.Expr, right: pl.Expr, asked: pl.Expr) -> pl.Expr:
    """Whether both texts have the same letters in any order; never where it is not `asked`. Sorting
    them is dear, so what few rows ask is only told of these.
    """

    def told(sides: pl.Series) -> pl.Series:
        rows = sides.struct.unnest()
        one, other = (pl.col(side).str.split("").list.sort() for side in ("one", "other"))
        found = np.zeros(len(rows), np.bool_)
        alike = rows.filter("asked").select((one == other).fill_null(value=False)).to_series()
        found[rows["asked"].fill_null(value=False).to_numpy()] = alike.to_numpy()
        return pl.Series(found)

    sides = pl.struct(left.alias("one"), right.alias("other"), asked.alias("asked"))
    return sides.map_batches(told, return_dtype=pl.Boolean, is_elementwise=True)


def _counted(one: pl.Series, other: pl.Series, most: int) -> pl.Series:
    longer = one.str.len_chars().cast(pl.Int32) - other.str.len_chars().cast(pl.Int32)
    alike = (one == other).fill_null(value=False)
    near = (longer.abs() <= most).fill_null(value=False) & ~alike
    distances = np.where(alike.to_numpy(), 0, most + 1).astype(np.int32)
    distances[near.to_numpy()] = cpdist(
        one.filter(near).to_list(),
        other.filter(near).to_list(),
        scorer=Levenshtein.distance,
        score_cutoff=most,
    )
    found = pl.Series(distances)
    return found.set(found > most, None)
