"""The plan: what every block will cost, which are too large, and the pairs that the others make."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from transforms import kernels, membership
from transforms.blocking import keys, matches, people
from transforms.blocking.rules import BlockingRule
from transforms.exchange import Kind, applied_to_both, applied_to_segments
from transforms.households import household_hashes
from transforms.packing import CELLS, packed
from transforms.schemas import BLOCK, CANDIDATE_PAIR

# As candidate pairs name them.
IDS = {"profile_id": pl.Int64, "resident_id": pl.String}
# Blocks of one rule and size, on their way to others alike.
SIZE = Kind.of_table("size", T.StructType([*BLOCK, T.StructField("alike", T.LongType())]), "alike")
HOUSEHOLD = "its household"  # no rule can have a column of this name


class Side(NamedTuple):
    """One side's records, what names them, and key columns that are made of theirs.

    Of residents also what names their household; pairs carry a hash of it.
    """

    records: DataFrame
    record: str
    made: Mapping[str, pl.Expr]
    household: pl.Expr = pl.lit(None, pl.String)

    @classmethod
    def of_profiles(cls, records: DataFrame) -> "Side":
        return cls(records, "profile_id", people.profile_columns())

    @classmethod
    def of_residents(cls, records: DataFrame) -> "Side":
        household = pl.col("household_id")
        return cls(records, "resident_id", people.resident_columns(), household)


class PackedKeys(NamedTuple):
    """The keys of both sides in cells, and how wide the bitmap of the profiles' keys is.

    Unpacked, `asking` is (profile_id, rule, key) and `offered` (resident_id, household_hash, key).
    """

    asking: DataFrame
    offered: DataFrame
    width: int

    def each(self, kernel: kernels.Kernel) -> tuple[DataFrame, DataFrame]:
        """Either side as `kernel` makes it of the cells of a task."""
        asking = kernels.applied_to_tasks(self.asking, kernel, CELLS)
        return asking, kernels.applied_to_tasks(self.offered, kernel, CELLS)


def asking(
    profiles: Side, rules: Sequence[BlockingRule], known: Broadcast[membership.Bitmap] | None = None
) -> DataFrame:
    """The key of every profile and rule whose key columns are all filled, in cells; where a bitmap
    tells what is known of the other side, hardly any other keys.
    """
    keyed = [keys.Keyed(rule.name, rule.columns("profile")) for rule in rules]

    def made(columns: pl.DataFrame) -> pl.DataFrame:
        return keys.keys(columns, ["profile_id"], keyed, known.value if known else None)

    return _cells(profiles, keyed, made)


def offered(
    residents: Side,
    rules: Sequence[BlockingRule],
    asked: Broadcast[membership.Bitmap] | None = None,
) -> DataFrame:
    """The residents' keys that a profile asks for, and a few more, in cells; all keys where it is
    not said what is asked for.
    """
    keyed = [keys.Keyed(rule.name, rule.columns("resident")) for rule in rules]
    carried = ["resident_id", "household_hash"]

    def made(columns: pl.DataFrame) -> pl.DataFrame:
        hashes = household_hashes(columns[HOUSEHOLD], columns["resident_id"])
        wanted = asked.value if asked else None
        return keys.keys(columns.with_columns(hashes), carried, keyed, wanted).drop("rule")

    return _cells(residents, keyed, made)


def _cells(side: Side, rules: Sequence[keys.Keyed], kernel: kernels.Kernel) -> DataFrame:
    """What `kernel` makes of a batch's id, household and key columns, one cell a batch."""
    columns = [
        side.household.alias(HOUSEHOLD),
        *(side.made.get(name, pl.col(name)).alias(name) for name in keys.needed(rules)),
    ]
    read = dict.fromkeys(name for column in columns for name in column.meta.root_names())
    record = pl.col(side.record).cast(IDS[side.record])

    def made(batch: pl.DataFrame) -> pl.DataFrame:
        return packed({0: kernel(batch.select(record, *columns))})

    return kernels.applied(kernels.chosen(side.records, side.record, *read), made, CELLS)


def asked_segments(asking: DataFrame, width: int) -> DataFrame:
    """The bitmap of the keys that profiles ask for, one row per segment."""

    def positions(cells: pl.DataFrame) -> pl.DataFrame:
        return membership.positions(cells, width)

    def bits(cells: pl.DataFrame) -> pl.DataFrame:
        return membership.bits(cells, width)

    marked = kernels.applied_to_tasks(asking, positions, CELLS)
    return applied_to_segments(marked, membership.segments_of(width), bits, CELLS)


def blocks(both: PackedKeys, rules: Sequence[BlockingRule]) -> DataFrame:
    """The plan: one row per capped block, and one per rule and size of all others.

    Keys are counted where they lie before they are shuffled: no task ever holds all records of
    one key.
    """
    caps = [matches.Cap(rule.name, rule.max_pairs, rule.max_residents) for rule in rules]
    width = both.width

    def counted(cells: pl.DataFrame) -> pl.DataFrame:
        return matches.counted(cells, width)

    counts = both.each(counted)
    segments = membership.segments_of(width)

    def sizes(profiles: pl.DataFrame, residents: pl.DataFrame) -> pl.DataFrame:
        return SIZE.sent(matches.sizes(profiles, residents, caps), segments)

    def summed(cells: pl.DataFrame) -> pl.DataFrame:
        return matches.summed(SIZE.arrived(cells))

    found = applied_to_both(counts, segments, sizes, CELLS)
    return applied_to_segments(found, segments, summed, BLOCK)


def candidate_pairs(
    both: PackedKeys, capped: Broadcast[matches.Capped], rules: Sequence[BlockingRule]
) -> DataFrame:
    """One row per profile × resident, with the names of all rules that found it.

    The keys of capped blocks leave before anything is shuffled.
    """
    width, names = both.width, [rule.name for rule in rules]

    def kept(cells: pl.DataFrame) -> pl.DataFrame:
        return matches.kept(cells, capped.value, width)

    def pairs(profiles: pl.DataFrame, residents: pl.DataFrame) -> pl.DataFrame:
        return matches.pairs(profiles, residents, width)

    def credited(cells: pl.DataFrame) -> pl.DataFrame:
        return matches.credited(cells, names)

    segments = membership.segments_of(width)
    made = applied_to_both(both.each(kept), segments, pairs, CELLS)
    return applied_to_segments(made, segments, credited, CANDIDATE_PAIR)


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
