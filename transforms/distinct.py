"""Columns of few distinct texts: each of them is read once, however many rows have it."""

from collections.abc import Callable
from typing import cast

import numpy as np
import polars as pl


def once_each(values: pl.Series, made: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Row for row what `made` makes of texts or categories, each of which is read but once.

    A table as long as all categories that this process has met finds them again: for columns of
    few texts, not for names.
    """
    known = values.cast(pl.Categorical)
    texts = known.unique()
    found = texts.cast(pl.String).to_frame("text").select(made(pl.col("text"))).to_series()
    codes, own = known.to_physical(), texts.to_physical()
    missing = cast(int, own.max() or 0) + 1
    place = np.zeros(missing + 1, np.int64)  # of a code, or of none, among the texts
    place[own.fill_null(missing).to_numpy()] = np.arange(len(texts))
    return found.gather(place[codes.fill_null(missing).to_numpy()]).alias(values.name)
