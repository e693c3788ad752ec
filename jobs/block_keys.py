"""Both sides' block keys: the profiles' first, then of the register's those that they ask for."""

from collections.abc import Sequence

import polars as pl
from pyspark.sql import DataFrame

from jobs.few import few
from jobs.narrowed import among_keys, keys_of
from jobs.scratch import Scratch
from jobs.segments import segments_of
from transforms import membership, touched
from transforms.blocking import people, plan
from transforms.blocking.plan import Capped, PackedKeys, Side
from transforms.blocking.rules import BlockingRule
from transforms.exchange import segments_for
from transforms.kernels import chosen
from transforms.waiting import Everywhere, cores

# A bitmap of 8 MiB: of a sample, or of a day, it lets hardly a resident's key through for nothing.
LEAST_WIDTH = 26
KEYS_OF_A_PAIR = 4  # about so many profiles' keys there are for each pair that rules find


def asking_side(
    profiles: DataFrame,
    verifications: DataFrame,
    facilities: DataFrame,
    rules: Sequence[BlockingRule],
) -> Side:
    """The profiles that are not verified, with what the rules need of them."""
    spark, read = profiles.sparkSession, people.read_of_profiles(rules)
    places, segments = few(facilities), segments_of(spark, profiles, verifications)
    opened = people.open_profiles(chosen(profiles, *read), verifications, places, segments)
    return Side.of_profiles(opened)


def block_keys(
    disk: Scratch, profiles: Side, residents: Side, rules: Sequence[BlockingRule]
) -> PackedKeys:
    """Block keys of both sides; the profiles' are kept on disk, as they are read twice."""
    return met_by(disk.written("asking", plan.stated(profiles, rules)), residents, rules)


def met_by(asking: DataFrame, residents: Side, rules: Sequence[BlockingRule]) -> PackedKeys:
    """The keys of `asking` and those of residents that occur among them, by a broadcast bitmap."""
    spark, keys = asking.sparkSession, sum(few(chosen(asking, "rows"))["rows"])
    width = max(membership.width_for(keys), LEAST_WIDTH)
    bits = few(plan.asked_segments(asking, width))
    asked = Everywhere(spark, membership.bitmap(bits, width))
    segments = segments_for(keys // KEYS_OF_A_PAIR, cores(spark))
    return PackedKeys(asking, plan.offered(residents, rules, width, asked), width, segments)


def sharing_a_block(
    claims: pl.DataFrame, asking: Side, residents: DataFrame, rules: Sequence[BlockingRule]
) -> pl.DataFrame:
    """The claims (profile_id, resident_id), which are few, whose two records have a key in common,
    however large its block is.
    """
    spark = residents.sparkSession
    profiles, owners = (keys_of(spark, name, claims[name]) for name in claims.columns)
    own = Side.of_residents(among_keys(residents, owners))
    stated = touched.keyed(plan.stated(asking, rules)), touched.held(plan.stated(own, rules))
    keys = claims.join(few(among_keys(stated[0], profiles)), on="profile_id", how="inner")
    both = keys.join(few(stated[1]), on=["resident_id", "key"], how="semi")
    return both.select(claims.columns).unique()


def capped(planned: DataFrame) -> Everywhere[Capped]:
    """The keys of blocks that are left out in this plan, everywhere."""
    keys = few(chosen(planned, "capped", "key")).filter("capped")["key"].sort()
    return Everywhere(planned.sparkSession, keys.to_numpy())
