"""Who lives together, and where the rows of a household are brought together."""

import numpy as np
import polars as pl

from transforms.hashing import hashed

HIGHEST = ~np.uint64((1 << 48) - 1)


def homes(households: pl.Series, residents: pl.Series) -> pl.Series:
    """Of each resident what their whole household shares; who has none lives alone."""
    both = pl.DataFrame({"home": households, "alone": residents})
    return both.select(pl.coalesce("home", "alone")).to_series()


def household_hashes(households: pl.Series, residents: pl.Series) -> pl.Series:
    """Of each resident a number that their whole household shares; one alone has their own.

    Only the highest bits: enough to find a segment by, and little to write down.
    """
    found = hashed(homes(households, residents)) & HIGHEST
    return pl.Series("household_hash", found.view(np.int64))
