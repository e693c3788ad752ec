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
from transforms.surroundings import Near, callers, holders, homes_of, marked, residents_near

# The profiles are few and the nation is not: of whom it is not about, one in so many passes.
FEW_OTHERS = 512


class Nation(NamedTuple):
    """Everybody; and the facilities, which are few."""

    profiles: DataFrame
    verifications: DataFrame
    residents: DataFrame
    facilities: pl.DataFrame


class Asking(NamedTuple):
    """Some profiles, with what they are compared by, and their verdicts, which say so."""

    profiles: DataFrame
    verdicts: DataFrame


def nation(read: Callable[[str], DataFrame], facilities: pl.DataFrame) -> Nation:
    """Everybody in the tables that `read` gives by name."""
    return Nation(read("profiles"), read("verifications"), read("residents"), facilities)


def registers(disk: Scratch, nation: Nation, asking: Asking, found: DataFrame) -> pairs.Registers:
    """Those who ask, and of everybody else who may say something about one of their pairs, which
    are `found`.
    """
    near, spark = surroundings(nation.residents, found, asking.profiles), disk.spark
    searched = holders(nation.verifications, near), callers(nation.profiles, near)
    found_by = together(spark, *(partial(few, ids) for ids in searched))
    others = pl.concat(found_by)["profile_id"].unique()
    own = few(chosen(asking.verdicts, "profile_id"))["profile_id"]
    keys = keys_of(spark, "profile_id", others.filter(~others.is_in(own.implode())))
    known = disk.all_written(
        others=among_keys(chosen(nation.profiles, *pairs.OF_PROFILES), keys),
        others_verdicts=marked(among_keys(nation.verifications, keys), asks=False),
    )
    return pairs.Registers(
        united(chosen(asking.profiles, *pairs.OF_PROFILES), known["others"]),
        united(asking.verdicts, known["others_verdicts"]),
        residents_near(chosen(nation.residents, *pairs.OF_RESIDENTS), near),
        nation.facilities,
    )


def surroundings(residents: DataFrame, found: DataFrame, profiles: DataFrame) -> Near:
    """Where the candidates in `found` live, and the phones that the profiles give."""
    owners = wanted(found, "resident_id", bits_per_key=FEW_OTHERS)
    homes = homes_of(residents, owners)
    return Near(
        wanted(homes, "home", bits_per_key=FEW_OTHERS),
        wanted(touched.callers(profiles), "phone", bits_per_key=FEW_OTHERS),
    )
