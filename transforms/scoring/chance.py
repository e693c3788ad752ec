"""Agreement by chance: every profile of one small sample beside every resident of another.

Two samples of some thousand rows make millions of pairs. Spark only draws the samples: carried to
a kernel as rows, the pairs would cost more than all candidates of a small nation.
"""

from collections import Counter
from collections.abc import Callable, Mapping

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.scoring import comparisons

BIRTH = ("birth_date", "birth_year", "birth_month", "birth_precision")
CODES = ("sex", "province_code", "district_code", "commune_code")
FACILITY = ("facility_commune", "facility_province")
LEVELS: Mapping[str, Callable[[], pl.Expr]] = {
    "birth": comparisons.birth_level,
    "sex": comparisons.sex_level,
    "place": comparisons.place_level,
}
PROFILES_AT_ONCE = 64


def sampled(frame: DataFrame, key: str, one_in: int) -> DataFrame:
    """One in so many rows, drawn by hash: the same rows in every run."""
    return frame.where(F.pmod(F.xxhash64(key, F.lit("sample")), F.lit(one_in)) == 0)


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
