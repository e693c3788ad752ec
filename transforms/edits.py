"""Edits between two texts, counted in C++ and only where the texts can be near."""

import polars as pl
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist


def edits(left: pl.Expr, right: pl.Expr, most: int) -> pl.Expr:
    """Levenshtein distance up to `most`; null where it is larger or a side is missing."""

    def counted(sides: tuple[pl.Series, ...]) -> pl.Series:
        one, other = sides
        lengths = one.str.len_chars().cast(pl.Int32) - other.str.len_chars().cast(pl.Int32)
        near = (lengths.abs() <= most).fill_null(value=False)
        found = cpdist(
            one.filter(near).to_list(),
            other.filter(near).to_list(),
            scorer=Levenshtein.distance,
            score_cutoff=most,
        )
        at = near.arg_true()
        whole = pl.Series([None], dtype=pl.Int32).new_from_index(0, len(one))
        distances = pl.Series(found, dtype=pl.Int32)
        kept = distances.zip_with(
            distances <= most, pl.Series([None], dtype=pl.Int32).new_from_index(0, len(distances))
        )
        return whole.scatter(at, kept) if len(at) else whole

    apart = pl.struct(left.alias("one"), right.alias("other"))
    return apart.map_batches(
        lambda s: counted((s.struct.field("one"), s.struct.field("other"))),
        return_dtype=pl.Int32,
        is_elementwise=True,
    )
