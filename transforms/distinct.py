"""Columns in which texts occur again: each of them is read once, however many rows have it."""

from collections.abc import Callable
from typing import cast

import numpy as np
import polars as pl


def read_once(values: pl.Series, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Row for row what `read` tells of texts or categories; it is given each of them but once.

    A table as long as all categories of theirs finds them again: of texts those that occur here, of
    categories those that this process has met.
    """
    known = values if isinstance(values.dtype, pl.Categorical) else values.cast(_alone())
    texts = known.unique()
    found = read(texts.cast(pl.String))
    codes, own = known.to_physical(), texts.to_physical()
    missing = cast(int, own.max() or 0) + 1
    place = np.zeros(missing + 1, np.int64)  # of a code, or of none, among the texts
    place[own.fill_null(missing).to_numpy()] = np.arange(len(texts))
    rows: pl.DataFrame = found[place[codes.fill_null(missing).to_numpy()]]
    return rows


def once_each(values: pl.Series, made: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Row for row what `made` makes of a text or category; each is made but once."""

    def read(texts: pl.Series) -> pl.DataFrame:
        return texts.to_frame("text").select(made(pl.col("text")))

    return read_once(values, read).to_series().alias(values.name)


def _alone() -> pl.Categorical:
    """Categories that are forgotten with the column: polars keeps those that columns share."""
    return pl.Categorical(pl.Categories.random())
