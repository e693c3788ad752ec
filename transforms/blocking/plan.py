"""The plan: what every block will cost, which are too large, and the pairs that the others make."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl
from pyspark import Broadcast
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from transforms.blocking import keys, membership, people
from transforms.blocking.rules import BlockingRule
from transforms.kernels import applied, applied_to_tasks
from transforms.schemas import BLOCK, CANDIDATE_PAIR, conform


class Side(NamedTuple):
    """One side's records, what names them, and key columns that are made of theirs."""

    records: DataFrame
    record: str
    made: Mapping[str, pl.Expr]

    @classmethod
    def of_profiles(cls, records: DataFrame) -> "Side":
        return cls(records, "profile_id", people.profile_columns())

    @classmethod
    def of_residents(cls, records: DataFrame) -> "Side":
        return cls(records, "resident_id", people.resident_columns())


def asking(profiles: Side, rules: Sequence[BlockingRule]) -> DataFrame:
    """(`profile_id`, `rule`, `key`) of every profile and rule whose key columns are all filled."""
    rule = T.StructField("rule", T.ByteType(), nullable=False)
    return _keys(profiles, _keyed(rules, "profile"), [rule], None)


def offered(
    residents: Side, rules: Sequence[BlockingRule], asked: Broadcast[membership.Bitmap]
) -> DataFrame:
    """(`resident_id`, `key`) of every resident and key that a profile asks for, and a few more."""
    return _keys(residents, _keyed(rules, "resident"), [], asked)


def _keyed(rules: Sequence[BlockingRule], side: str) -> list[keys.Keyed]:
    return [keys.Keyed(rule.name, rule.columns(side)) for rule in rules]


def _keys(
    side: Side,
    rules: list[keys.Keyed],
    also: list[T.StructField],
    asked: Broadcast[membership.Bitmap] | None,
) -> DataFrame:
    record, wanted = side.record, keys.needed(rules)
    made = [side.made.get(name, pl.col(name)).alias(name) for name in wanted]
    read = dict.fromkeys(name for column in made for name in column.meta.root_names())

    def found(batch: pl.DataFrame) -> pl.DataFrame:
        columns = batch.select(record, *made)
        return keys.keys(columns, record, rules, None if asked is None else asked.value)

    named = T.StructField(record, side.records.schema[record].dataType, nullable=False)
    key = T.StructField("key", T.LongType(), nullable=False)
    return applied(side.records.select(record, *read), found, T.StructType([named, *also, key]))


def asked_segments(asking: DataFrame, width: int) -> DataFrame:
    """The bitmap of the keys that profiles ask for, one row per segment."""

    def positions(rows: pl.DataFrame) -> pl.DataFrame:
        return membership.positions(rows, width)

    def segments(rows: pl.DataFrame) -> pl.DataFrame:
        return membership.segments(rows, width)

    packed = applied_to_tasks(asking.select("key"), positions, membership.SEGMENTS)
    return applied_to_tasks(packed.repartition("segment"), segments, membership.SEGMENTS)


def blocks(asking: DataFrame, offered: DataFrame, rules: Sequence[BlockingRule]) -> DataFrame:
    """One row per key that profiles and residents share: the plan. `pairs` is what it will cost.

    One sum over both sides, begun where the keys lie: no task ever holds the records of a key.
    """
    one, none = F.lit(1), F.lit(0)
    of_profiles = asking.select("key", "rule", one.alias("profiles"), none.alias("residents"))
    unknown = F.lit(-1).cast("byte").alias("rule")
    of_residents = offered.select("key", unknown, none.alias("profiles"), one.alias("residents"))
    counted = (
        of_profiles.unionByName(of_residents)
        .groupBy("key")
        .agg(
            F.max("rule").alias("at"),
            F.sum("profiles").alias("profiles"),
            F.sum("residents").alias("residents"),
        )
    )
    met = counted.where((F.col("profiles") > 0) & (F.col("residents") > 0))
    pairs = F.col("profiles") * F.col("residents")
    too_large = pairs > _at_rule([rule.max_pairs for rule in rules])
    too_common = F.col("residents") > _at_rule([rule.max_residents for rule in rules])
    rule = _at_rule([rule.name for rule in rules])
    planned = met.withColumns({"rule": rule, "pairs": pairs, "capped": too_large | too_common})
    return conform(planned, BLOCK)


def _at_rule(values: Sequence[str | int]) -> Column:
    """The value at the position that the column `at` holds."""
    return F.get(F.array(*(F.lit(value) for value in values)), F.col("at"))


def candidate_pairs(
    planned: DataFrame, asking: DataFrame, offered: DataFrame, rules: Sequence[BlockingRule]
) -> DataFrame:
    """One row per profile × resident, with the names of all rules that found it.

    Capped keys, which are few, leave before anything is shuffled by key.
    """
    capped = F.broadcast(planned.where("capped").select("key"))
    bit = F.get(F.array(*map(F.lit, bits(rules))), F.col("rule"))
    profiles = asking.join(capped, on="key", how="left_anti")
    residents = offered.join(capped, on="key", how="left_anti")
    pairs = (
        profiles.join(residents, on="key", how="inner")
        .groupBy("profile_id", "resident_id")
        .agg(F.bit_or(bit).alias("found_by"))
    )
    names = [
        F.when(F.col("found_by").bitwiseAND(bit) != 0, rule.name)
        for bit, rule in zip(bits(rules), rules, strict=True)
    ]
    return conform(pairs.withColumn("rules", F.array_compact(F.array(*names))), CANDIDATE_PAIR)


def bits(rules: Sequence[BlockingRule]) -> list[int]:
    """One bit a rule, so that crediting a pair to its rules is a hash aggregation of ints."""
    return [1 << at for at in range(len(rules))]


def cost_by_rule(planned: DataFrame) -> DataFrame:
    """One row per rule, dearest first: its blocks, pairs to make, and what the caps leave out."""
    kept = F.when(~F.col("capped"), F.col("pairs")).otherwise(0)
    left_out = F.when(F.col("capped"), F.col("pairs")).otherwise(0)
    return (
        planned.groupBy("rule")
        .agg(
            F.count(F.lit(1)).alias("blocks"),
            F.sum(kept).alias("pairs"),
            F.max("pairs").alias("largest_block"),
            F.count_if("capped").alias("capped_blocks"),
            F.sum(left_out).alias("pairs_left_out"),
        )
        .orderBy(F.desc("pairs"), "rule")
    )
