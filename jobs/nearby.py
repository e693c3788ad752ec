"""Whoever may say something about some profiles, found by their candidates and their phones."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from jobs.few import few
from jobs.narrowed import Keys, among_any, among_keys, keys_of
from jobs.scratch import Scratch
from jobs.together import together
from transforms import touched
from transforms.households import homes
from transforms.kernels import chosen
from transforms.marked_verdicts import marked
from transforms.scoring import pairs
from transforms.stored import united


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
    spark = disk.spark
    at_home, by_phone = surroundings(residents, found, asking.profiles)
    searched = (
        among_any(chosen(verdicts, "profile_id", "verdict", *at_home), at_home),
        among_any(chosen(profiles, "profile_id", *by_phone), by_phone),
    )
    holders, callers = together(spark, *(partial(few, some) for some in searched))
    others = pl.concat([holders.filter(verdict="verified")["profile_id"], callers["profile_id"]])
    own = few(chosen(asking.verdicts, "profile_id"))["profile_id"]
    keys = keys_of(spark, "profile_id", others.filter(~others.is_in(own.implode())))
    known = disk.all_written(
        others=among_keys(chosen(profiles, *pairs.OF_PROFILES), keys),
        others_verdicts=marked(among_keys(verdicts, keys), asks=False),
    )
    return pairs.Registers(
        united(chosen(asking.profiles, *pairs.OF_PROFILES), known["others"]),
        united(asking.verdicts, known["others_verdicts"]),
        among_any(chosen(residents, *pairs.OF_RESIDENTS), at_home | by_phone),
        few(read("facilities")),
    )


def surroundings(
    residents: DataFrame, found: DataFrame, profiles: DataFrame
) -> tuple[dict[str, Keys], dict[str, Keys]]:
    """Where the candidates in `found` live, and the phones that the profiles give, each by the
    columns that tell of it. Who has no household lives alone, and is told by their own id.
    """
    spark = residents.sparkSession
    candidates = keys_of(spark, "resident_id", few(chosen(found, "resident_id"))["resident_id"])
    living = few(among_keys(chosen(residents, "household_id", "resident_id"), candidates))
    theirs = keys_of(spark, "home", homes(living["household_id"], living["resident_id"]))
    given = keys_of(spark, "phone", few(touched.callers(profiles))["phone"])
    return dict.fromkeys(("household_id", "resident_id"), theirs), {"phone": given}
