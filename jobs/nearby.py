"""Whoever may say something about some profiles, found by their candidates and their phones."""

from pyspark.sql import DataFrame

from jobs.narrowed import wanted
from transforms.surroundings import Near, homes_of

# The profiles are few and the nation is not: of whom it is not about, one in so many passes.
FEW_OTHERS = 512


def near(residents: DataFrame, pairs: DataFrame, profiles: DataFrame) -> Near:
    """Where the candidates in `pairs` live, and the phones that the profiles give."""
    owners = wanted(pairs, "resident_id", bits_per_key=FEW_OTHERS)
    homes = homes_of(residents, owners)
    return Near(
        wanted(homes, "home", bits_per_key=FEW_OTHERS),
        wanted(profiles, "phone", bits_per_key=FEW_OTHERS),
    )
