"""Whoever may say something about some profiles, found by their candidates and their phones."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from jobs.few import few
from jobs.narrowed import among_keys, keys_of, wanted
from jobs.scratch import Scratch
from jobs.together import together
from transforms import touched
from transforms.kernels import chosen
from transforms.scoring import pairs
from transforms.stored import united
from transforms.surroundings import Near, holders, homes_of, marked, phone_users, residents_near

# The profiles are few and the nation is not: of whom it is not about, one in so many passes.
FEW_OTHERS = 512


class Asking(NamedTuple):
    """Some profiles, with what they are compared by, and their verdicts, which say so."""

    profiles: DataFrame
    verdicts: DataFrame


def registers(
    disk: Scratch, read: Callable[[str], DataFrame], asking: Asking, found: DataFrame
) -> pairs.Registers:
    """Those who ask, and of everybody else in the tables that `read` gives by name who may say
    something about one of their pairs, which are `found`.
    """
    profiles, verdicts, residents = map(read, ("profiles", "verifications", "residents"))
    near, spark = surroundings(residents, found, asking.profiles), disk.spark
    searched = holders(verdicts, near), phone_users(profiles, near)
    found_by = together(spark, *(partial(few, ids) for ids in searched))
    others = pl.concat(found_by)["profile_id"].unique()
    own = few(chosen(asking.verdicts, "profile_id"))["profile_id"]
    keys = keys_of(spark, "profile_id", others.filter(~others.is_in(own.implode())))
    known = disk.all_written(
        others=among_keys(chosen(profiles, *pairs.OF_PROFILES), keys),
        others_verdicts=marked(among_keys(verdicts, keys), asks=False),
    )
    return pairs.Registers(
        united(chosen(asking.profiles, *pairs.OF_PROFILES), known["others"]),
        united(asking.verdicts, known["others_verdicts"]),
        residents_near(chosen(residents, *pairs.OF_RESIDENTS), near),
        few(read("facilities")),
    )


def surroundings(residents: DataFrame, found: DataFrame, profiles: DataFrame) -> Near:
    """Where the candidates in `found` live, and the phones that the profiles give."""
    owners = wanted(found, "resident_id", bits_per_key=FEW_OTHERS)
    homes = homes_of(residents, owners)
    return Near(
        wanted(homes, "home", bits_per_key=FEW_OTHERS),
        wanted(touched.callers(profiles), "phone", bits_per_key=FEW_OTHERS),
    )
