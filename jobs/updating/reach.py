"""Whose pairs a day may change: each kind of evidence tells whom else a change reaches.

What a pair is weighed by: the two records, doses and phones of the resident's other profiles,
names, birth dates and phones of the household, users of the phone
(`transforms/scoring/evidence.py`).
"""

from functools import partial

import numpy as np
import polars as pl
from pyspark.sql import DataFrame

from jobs.block_keys import LEAST_WIDTH, asking_side
from jobs.few import few
from jobs.narrowed import among_keys
from jobs.together import together
from jobs.updating.day import NO_IDS, Day, united
from transforms import touched
from transforms.blocking import plan
from transforms.blocking.plan import Side
from transforms.households import homes
from transforms.kernels import chosen
from transforms.membership import bitmap_of

# Of block keys that no resident of the day has one in so many passes the bitmap, and is looked up;
# a larger one is not at hand where the processor looks first.
FOREIGN_KEYS = 64
# By what of a resident's housemates pairs are weighed, besides phones.
HOUSEMATE = ("name_folded", "birth_date")


def otherwise(told: pl.DataFrame) -> pl.DataFrame:
    """Of rows told before and now those that were not told alike both times."""
    return told.filter(told.is_unique())


def decided_otherwise(before: pl.DataFrame, now: pl.DataFrame) -> pl.Series:
    """The profiles that are not decided the very same as before, and all reviews: the candidates
    that they tell of may be others all the same.
    """
    told = pl.concat([before, now])
    return united(otherwise(told)["profile_id"], told.filter(decision="review")["profile_id"])


def asking(day: Day, verdicts: pl.DataFrame) -> pl.Series:
    """The open profiles whose pairs may be others: those that changed; those with a candidate of
    whom something else is known; those whose phone has other users; those whom a resident of the
    day was a candidate of, or is.

    `verdicts` are those before and now of whatever was verified again.
    """
    changed = verdicts.filter(
        (pl.col("verdict") == "verified") & pl.col("profile_id").is_in(day.changed.implode())
    )
    reached = together(
        day.run.tables.spark,
        partial(by_block, day),
        partial(by_candidate, day, changed["resident_id"]),
        partial(by_housemate, day),
        partial(by_phone, day, otherwise(verdicts)),
    )
    found = united(day.changed, *reached)
    now = day.now("verifications", day.keys("profile_id", found), "verdict")
    return now.filter(pl.col("verdict") != "verified")["profile_id"].sort()


def by_candidate(day: Day, holders: pl.Series) -> pl.Series:
    """Profiles with a candidate who is a resident of the day, or holds a profile of the day."""
    candidates = day.keys("resident_id", holders, day.residents)
    return day.before("candidate_pairs", candidates, "profile_id")["profile_id"]


def by_housemate(day: Day) -> pl.Series:
    """Of the name or the birth date of a resident of the day who came to the household of a
    candidate, or left it (`household_name` and `household` are levels of theirs).
    """
    if not len(day.residents):
        return NO_IDS
    moved = otherwise(day.people.select("resident_id", "household_id", *HOUSEMATE))
    homes_of = day.keys("home", homes(moved["household_id"], moved["resident_id"]))
    residents = chosen(day.draft.read("residents"), *touched.LIVING)
    near = among_keys(residents, homes_of, "household_id", "resident_id")
    there = few(among_keys(touched.members(near), homes_of))["resident_id"]
    candidates = day.keys("resident_id", there, day.residents)
    ids = day.before("candidate_pairs", candidates, "profile_id")["profile_id"]
    stated = day.now("profiles", day.keys("profile_id", ids), *HOUSEMATE)
    alike = (pl.col(name).is_in(moved[name].drop_nulls().implode()) for name in HOUSEMATE)
    return stated.filter(pl.any_horizontal(alike))["profile_id"]


def by_phone(day: Day, verdicts: pl.DataFrame) -> pl.Series:
    """Of phones of profiles that come, go or are verified otherwise, and of the day's residents."""
    profiles = day.keys("profile_id", day.stated, verdicts["profile_id"])
    given = [day.both("profiles", profiles, "phone")["phone"]]
    if len(day.residents):
        kept = ("resident_id", "household_id", "phone")
        given.append(otherwise(day.people.select(kept))["phone"])
    phones = day.keys("phone", *given)
    stated = chosen(day.draft.read("profiles"), *touched.CALLED_BY)
    near = among_keys(stated, phones, "phone", "number_digits")
    return few(among_keys(touched.callers(near), phones))["profile_id"]


def by_block(day: Day) -> pl.Series:
    """Of block keys that the day's residents had or have."""
    if not len(day.residents):
        return NO_IDS
    draft, rules = day.draft, day.run.matching.blocking
    residents = day.keys("resident_id", day.residents)
    sides = [
        Side.of_residents(among_keys(rows, residents))
        for rows in (draft.before("residents"), draft.read("residents"))
    ]
    offered = [few(touched.keys(plan.offered(side, rules, LEAST_WIDTH))) for side in sides]
    keys = still_open(day, pl.concat(offered).group_by("key").agg(pl.sum("residents")))
    opened = open_side(day, draft.read("profiles"), draft.read("verifications"))
    spark = day.run.tables.spark
    bitmap = bitmap_of(keys.to_numpy().view(np.uint64), bits_per_key=FOREIGN_KEYS)
    cells = plan.stated(opened, rules, spark.sparkContext.broadcast(bitmap))
    return few(among_keys(touched.keyed(cells), day.keys("key", keys)))["profile_id"]


def still_open(day: Day, offered: pl.DataFrame) -> pl.Series:
    """The keys but of blocks that were left out, and still are without so many residents."""
    left_out = few(day.draft.before("blocks")).filter("capped")
    most = pl.col("rule").replace_strict(limits(day), default=0, return_dtype=pl.Int64)
    sizes = left_out.select("key", most=most, held="residents")
    told = offered.join(sizes, on="key", how="left")
    shut = (pl.col("held") - pl.col("residents") > pl.col("most")) | (
        pl.col("held") <= pl.col("most")
    )
    return told.filter(~shut.fill_null(value=False))["key"]


def limits(day: Day) -> dict[str, int]:
    """How many residents a block may hold, by rule."""
    return {rule.name: rule.max_residents for rule in day.run.matching.blocking}


def open_side(day: Day, profiles: DataFrame, verdicts: DataFrame) -> Side:
    """Profiles that are not verified, with what the rules need of them."""
    facilities, rules = day.run.tables.read("facilities"), day.run.matching.blocking
    return asking_side(profiles, verdicts, facilities, rules)
