"""Who lives together, and where the rows of a household are brought together."""

import numpy as np
import polars as pl

from transforms.hashing import hashed

HIGHEST = ~np.uint64((1 << 48) - 1)


def household_hashes(households: pl.Series, residents: pl.Series) -> pl.Series:
    """Of each resident what their whole household shares; who has none lives alone.

    Only the highest bits: enough to find a segment by, and little to write down.
    """
    homes = pl.DataFrame({"home": households, "alone": residents}).select(
        pl.coalesce("home", "alone")
    )
    return pl.Series("household_hash", (hashed(homes.to_series()) & HIGHEST).view(np.int64))
