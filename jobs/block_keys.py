"""Both sides' block keys: the profiles' first, then of the register's those that they ask for."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl
from pyspark import Broadcast
from pyspark.sql import DataFrame

from jobs.scratch import Scratch
from transforms.blocking import membership, plan
from transforms.blocking.plan import Side
from transforms.blocking.rules import BlockingRule


class BlockKeys(NamedTuple):
    """Keys of the profiles and of the residents; see `transforms.blocking.plan`."""

    asking: DataFrame
    offered: DataFrame


def block_keys(
    disk: Scratch, profiles: Side, residents: Side, rules: Sequence[BlockingRule]
) -> BlockKeys:
    """Both on disk, made once."""
    asking = disk.written("asking", plan.asking(profiles, rules))
    offered = disk.written("offered", plan.offered(residents, rules, asked(asking)))
    return BlockKeys(asking, offered)


def asked(asking: DataFrame) -> Broadcast[membership.Bitmap]:
    """Which keys the profiles ask for, everywhere: two octets a key, at most 512 MiB."""
    width = membership.width_for(asking.count())
    segments = plan.asked_segments(asking, width).toArrow()
    found = membership.bitmap(pl.DataFrame(segments), width)
    return asking.sparkSession.sparkContext.broadcast(found)
