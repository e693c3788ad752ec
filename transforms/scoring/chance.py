"""Agreement by chance: every profile of one small sample beside every resident of another.

Two samples of some thousand rows make millions of pairs. Spark only draws the samples: carried to
a kernel as rows, the pairs would cost more than all candidates of a small nation.
"""

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.kernels import applied, chosen
from transforms.schemas import DATE, INT, LONG, STRING, table
from transforms.scoring import comparisons
from transforms.xxhash64 import xxhash64

BIRTH = ("birth_date", "birth_year", "birth_month", "birth_precision")
CODES = ("sex", "province_code", "district_code", "commune_code")
FACILITY = ("facility_commune", "facility_province")
_STATED = {
    "birth_date": DATE,
    "birth_year": INT,
    "birth_month": INT,
    "birth_precision": STRING,
    **dict.fromkeys(CODES, STRING),
}
PROFILE = table("profile_id", profile_id=LONG, **_STATED, facility_code=STRING)
RESIDENT = table("resident_id", resident_id=STRING, **_STATED)
LEVELS: Mapping[str, Callable[[], pl.Expr]] = {
    "birth": comparisons.birth_level,
    "sex": comparisons.sex_level,
    "place": comparisons.place_level,
}
PROFILES_AT_ONCE = 64


def sampled(frame: DataFrame, shape: T.StructType, one_in: int) -> DataFrame:
    """The columns of `shape` of one in so many rows, drawn by the hash of the first of them."""
    key = shape.names[0]

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        hashes = xxhash64(batch[key], pl.Series(["sample"])).view(np.int64)
        return batch.filter(pl.Series(hashes % one_in == 0))

    return applied(chosen(frame, *shape.names), kernel, shape)


def profile_side(placed: pl.DataFrame) -> pl.DataFrame:
    """What LEVELS read of profiles, as the struct `p`."""
    return placed.select(pl.struct(*BIRTH, *CODES, *FACILITY).alias("p"))


def resident_side(residents: pl.DataFrame) -> pl.DataFrame:
    """What LEVELS read of residents, as the struct `r`."""
    return residents.select(pl.struct(*BIRTH, *CODES).alias("r"))


def level_counts(profiles: pl.DataFrame, residents: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Pairs by comparison and level, over all pairs of `p` and `r`."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in LEVELS}
    for some in profiles.iter_slices(PROFILES_AT_ONCE):
        both = comparisons.with_birth_edits(some.join(residents, how="cross"))
        shown = both.select(level().alias(name) for name, level in LEVELS.items())
        for name, count in counts.items():
            count.update(dict(shown[name].value_counts().iter_rows()))
    return {name: dict(count) for name, count in counts.items()}
