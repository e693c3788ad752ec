"""Both sides' block keys: the profiles' first, then of the register's those that they ask for."""

from collections.abc import Sequence

import polars as pl
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.scratch import Scratch
from jobs.segments import segments_of
from transforms import membership
from transforms.blocking import people, plan
from transforms.blocking.matches import Capped
from transforms.blocking.plan import PackedKeys, Side
from transforms.blocking.rules import BlockingRule
from transforms.kernels import chosen


def asking_side(
    profiles: DataFrame,
    verifications: DataFrame,
    facilities: DataFrame,
    rules: Sequence[BlockingRule],
) -> Side:
    """The profiles that are not verified, with what the rules need of them."""
    spark, read = profiles.sparkSession, people.read_of_profiles(rules)
    places, segments = (
        pl.DataFrame(facilities.toArrow()),
        segments_of(spark, profiles, verifications),
    )
    opened = people.open_profiles(chosen(profiles, *read), verifications, places, segments)
    return Side.of_profiles(opened)


def block_keys(
    disk: Scratch, profiles: Side, residents: Side, rules: Sequence[BlockingRule]
) -> PackedKeys:
    """Both on disk, made once."""
    asking = disk.written("asking", plan.asking(profiles, rules))
    made = met_by(asking, residents, rules)
    return made._replace(offered=disk.written("offered", made.offered))


def met_by(asking: DataFrame, residents: Side, rules: Sequence[BlockingRule]) -> PackedKeys:
    """With the residents' keys that the profiles ask for, which a bitmap tells everywhere."""
    (keys,) = asking.agg(F.coalesce(F.sum("rows"), F.lit(0))).collect()[0]
    width = membership.width_for(keys)
    segments = pl.DataFrame(plan.asked_segments(asking, width).toArrow())
    asked = asking.sparkSession.sparkContext.broadcast(membership.bitmap(segments, width))
    return PackedKeys(asking, plan.offered(residents, rules, asked), width)


def capped(planned: DataFrame) -> Broadcast[Capped]:
    """The keys of blocks that are left out, everywhere."""
    keys = pl.DataFrame(plan.capped_keys(planned).toArrow())["key"]
    return planned.sparkSession.sparkContext.broadcast(keys.sort().to_numpy())
