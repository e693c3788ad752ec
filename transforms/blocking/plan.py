"""The plan, what every block costs and which are too large, and the pairs that the others make."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from transforms import kernels, membership
from transforms.blocking import keys, matches, people
from transforms.blocking.rules import BlockingRule, SideName
from transforms.exchange import (
    KernelOfTwo,
    Kind,
    applied_to_both,
    applied_to_segments,
    several_of_segments,
)
from transforms.households import household_hashes
from transforms.packing import CELLS, packed, unpacked
from transforms.reading import ROWS_OF_A_BATCH
from transforms.schemas import BLOCK, CANDIDATE_PAIR
from transforms.several import Several
from transforms.waiting import Everywhere

# Blocks of one rule and size, on their way to others alike.
SIZE = Kind.of_table("size", T.StructType([*BLOCK, T.StructField("alike", T.LongType())]), "alike")
HOUSEHOLD = "its household"  # no rule can have a column of this name

Capped = npt.NDArray[np.int64]  # keys of blocks that are left out


class Side(NamedTuple):
    """One side's records, whose they are, and key columns that are made of theirs. Of residents
    also what names their household; pairs carry a hash of it.
    """

    records: DataFrame
    of: SideName
    made: Mapping[str, pl.Expr]
    household: pl.Expr = pl.lit(None, pl.String)

    @property
    def record(self) -> str:
        """The column that names a record."""
        return f"{self.of}_id"

    def keyed(self, rules: Sequence[BlockingRule]) -> list[keys.Keyed]:
        """The rules as this side sees them."""
        return [keys.Keyed(rule.name, rule.columns(self.of)) for rule in rules]

    @classmethod
    def of_profiles(cls, records: DataFrame) -> "Side":
        return cls(records, "profile", people.profile_columns())

    @classmethod
    def of_residents(cls, records: DataFrame) -> "Side":
        household = pl.col("household_id")
        return cls(records, "resident", people.resident_columns(), household)


class PackedKeys(NamedTuple):
    """The keys of both sides in cells, how wide the bitmap of the profiles' keys is, and in how
    many segments their pairs are brought together: pairs are fewer than keys.

    Unpacked, `asking` is (profile_id, rule, key), and `offered` (resident_id, household_hash, key,
    records) on its way to segments of the bitmap.
    """

    asking: DataFrame
    offered: DataFrame
    width: int
    segments: int


def stated(
    side: Side, rules: Sequence[BlockingRule], known: Everywhere[membership.Bitmap] | None = None
) -> DataFrame:
    """The key of every record and rule whose key columns are all filled, in cells; where a bitmap
    tells what is known of the other side, hardly any other keys.
    """
    keyed, carried = side.keyed(rules), [side.record]
    columns = _columns(side, keyed)

    def made(batch: pl.DataFrame) -> pl.DataFrame:
        wanted = known.value if known else None
        return packed({0: keys.keys(batch.select(columns), carried, keyed, wanted)})

    return kernels.applied(_read(side, columns), made, CELLS)


def offered(
    residents: Side,
    rules: Sequence[BlockingRule],
    width: int,
    asked: Everywhere[membership.Bitmap] | None = None,
) -> DataFrame:
    """The residents' keys that a profile asks for, and a few more, in cells by segment; all keys
    where it is not said what is asked for.

    However many residents have one key, no task sends more than its cap's worth of them.
    """
    keyed = residents.keyed(rules)
    columns, most = _columns(residents, keyed), max(rule.max_residents for rule in rules)
    carried = ["resident_id", "household_hash"]

    def held(batch: pl.DataFrame) -> pl.DataFrame:
        named = batch.select(columns)
        hashes = household_hashes(named[HOUSEHOLD], named["resident_id"])
        wanted = asked.value if asked else None
        return keys.keys(named.with_columns(hashes), carried, keyed, wanted).drop("rule")

    def made(task: pl.DataFrame) -> pl.DataFrame:
        parts = [held(some) for some in task.iter_slices(ROWS_OF_A_BATCH)] or [held(task)]
        return matches.sent(pl.concat(parts), most, width)

    return kernels.applied_to_tasks(_read(residents, columns), made, CELLS)


def _columns(side: Side, rules: Sequence[keys.Keyed]) -> list[pl.Expr]:
    """Its id, its household, and the columns that the rules' keys are made of."""
    record = pl.col(side.record).cast(matches.IDS[side.record])
    made = (side.made.get(name, pl.col(name)).alias(name) for name in keys.needed(rules))
    return [record, side.household.alias(HOUSEHOLD), *made]


def _read(side: Side, columns: Sequence[pl.Expr]) -> DataFrame:
    """What these columns are made of."""
    names = dict.fromkeys(name for column in columns for name in column.meta.root_names())
    return kernels.chosen(side.records, *names)


def asked_segments(asking: DataFrame, width: int) -> DataFrame:
    """The bitmap of the keys that profiles ask for, one row per segment."""

    def positions(cells: pl.DataFrame) -> pl.DataFrame:
        return membership.positions(cells, width)

    def bits(cells: pl.DataFrame) -> pl.DataFrame:
        return membership.bits(cells, width)

    marked = kernels.applied_to_tasks(asking, positions, CELLS)
    return applied_to_segments(marked, membership.segments_of(width), bits, CELLS)


def blocks(both: PackedKeys, rules: Sequence[BlockingRule]) -> DataFrame:
    """The plan alone: one row per capped block, and one per rule and size of all others."""
    caps, segments = _caps(rules), both.segments

    def sizes(asking: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
        ours, theirs = map(matches.in_order, map(unpacked, (asking, offered)))
        return SIZE.sent(matches.sizes(matches.blocks(ours, theirs, caps)), segments)

    def summed(cells: pl.DataFrame) -> pl.DataFrame:
        return matches.summed(SIZE.arrived(cells))

    return applied_to_segments(_met(both, rules, sizes), segments, summed, BLOCK)


def blocks_and_pairs(
    both: PackedKeys, rules: Sequence[BlockingRule], left_out: Everywhere[Capped] | None = None
) -> Several:
    """`blocks`, the plan, and `candidate_pairs` of all that it lets through: one row per profile ×
    resident, with the names of all rules that found it.

    Blocks with a key in `left_out` make no pairs either: another plan has capped them.
    """
    caps, names = _caps(rules), [rule.name for rule in rules]
    segments = both.segments

    def made(asking: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
        ours, theirs = map(matches.in_order, map(unpacked, (asking, offered)))
        met = matches.blocks(ours, theirs, caps)
        others = pl.DataFrame({"key": left_out.value if left_out else []}, {"key": pl.Int64})
        allowed = met.filter(~pl.col("capped")).join(others, on="key", how="anti")
        found = matches.pairs(ours, theirs, allowed, segments)
        return pl.concat([SIZE.sent(matches.sizes(met), segments), found])

    def told(cells: pl.DataFrame) -> dict[str, pl.DataFrame]:
        planned = matches.summed(SIZE.arrived(cells))
        return {"blocks": planned, "candidate_pairs": matches.credited(cells, names)}

    schemas = {"blocks": BLOCK, "candidate_pairs": CANDIDATE_PAIR}
    return several_of_segments(_met(both, rules, made), segments, told, schemas)


def _met(both: PackedKeys, rules: Sequence[BlockingRule], kernel: KernelOfTwo) -> DataFrame:
    """What `kernel` makes of both sides' keys of a segment, in cells.

    However many records have one key, no task holds more than its cap's worth of each other task.
    """
    width, most = both.width, max(rule.max_pairs for rule in rules)

    def sent(cells: pl.DataFrame) -> pl.DataFrame:
        return matches.sent(unpacked(cells), most, width)

    asking = kernels.applied_to_tasks(both.asking, sent, CELLS)
    return applied_to_both((asking, both.offered), membership.segments_of(width), kernel, CELLS)


def _caps(rules: Sequence[BlockingRule]) -> list[matches.Cap]:
    return [matches.Cap(rule.name, rule.max_pairs, rule.max_residents) for rule in rules]


def cost_by_rule(planned: DataFrame) -> DataFrame:
    """One row per rule, dearest first: its blocks, pairs to make, and what the caps leave out."""

    cost = F.when(~F.col("capped"), F.col("pairs")).otherwise(0)
    left_out, blocks_left_out = (
        F.when(F.col("capped"), F.col(name)).otherwise(0) for name in ("pairs", "blocks")
    )
    return (
        planned.groupBy("rule")
        .agg(
            F.sum("blocks").alias("blocks"),
            F.sum(cost).alias("pairs"),
            F.max(F.col("profiles") * F.col("residents")).alias("largest_block"),
            F.sum(blocks_left_out).alias("capped_blocks"),
            F.sum(left_out).alias("pairs_left_out"),
        )
        .orderBy(F.desc("pairs"), "rule")
    )
