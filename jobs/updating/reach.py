"""Whose pairs a day may change: each kind of evidence tells whom else a change reaches.

A pair is there for a key that both sides have. It is weighed by what the two records say, and by
what others do (`jobs/updating/changed_evidence.py`).
"""

from functools import partial

import numpy as np
import polars as pl
from pyspark.sql import DataFrame

from jobs.block_keys import LEAST_WIDTH, asking_side
from jobs.few import few
from jobs.narrowed import among_keys
from jobs.together import together
from jobs.updating.changed_evidence import by_evidence
from jobs.updating.day import NO_IDS, Day, Told, united
from transforms import touched
from transforms.blocking import plan
from transforms.blocking.plan import Side
from transforms.membership import bitmap_of
from transforms.waiting import Everywhere

# Of block keys that no resident of the day has one in so many passes the bitmap, and is looked up;
# a larger one is not at hand where the processor looks first.
FOREIGN_KEYS = 64


def decided_otherwise(links: Told) -> pl.Series:
    """The profiles that are not decided the very same as before, and all reviews: the candidates
    that they tell of may be others all the same.
    """
    reviews = links.both.filter(decision="review")
    return united(links.otherwise["profile_id"], reviews["profile_id"])


def asking(day: Day, verdicts: Told) -> pl.Series:
    """The open profiles whose pairs may be others: those that changed; those with a candidate of
    whom something else is known; those whose phone has other users; those whom a resident of the
    day was a candidate of, or is.

    `verdicts` are of whatever was verified again.
    """
    parts = (partial(by_block, day), partial(by_evidence, day, verdicts))
    found = united(day.changed, *together(day.run.tables.spark, *parts))
    now = day.now("verifications", day.keys("profile_id", found), "verdict")
    return now.filter(pl.col("verdict") != "verified")["profile_id"].sort()


def by_block(day: Day) -> pl.Series:
    """Of block keys that the day's residents had or have."""
    if not len(day.residents):
        return NO_IDS
    draft, rules = day.draft, day.run.matching.blocking
    sides = [Side.of_residents(day.frames[name]) for name in ("earlier_residents", "residents")]
    offered = [few(touched.keys(plan.offered(side, rules, LEAST_WIDTH))) for side in sides]
    keys = still_open(day, pl.concat(offered).group_by("key").agg(pl.sum("residents")))
    opened = open_side(day, draft.read("profiles"), draft.read("verifications"))
    bitmap = bitmap_of(keys.to_numpy().view(np.uint64), bits_per_key=FOREIGN_KEYS)
    known = Everywhere(day.run.tables.spark, bitmap)
    cells = plan.stated(opened, rules, known)
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
