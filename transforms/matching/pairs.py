"""Pairs of records: keys for blocking, candidates, comparison levels, counted patterns."""

import operator
from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import either_missing
from transforms.matching.columns import NAME_OF_RECORD, RECORD
from transforms.matching.keys import KeyRule, key_columns
from transforms.matching.levels import MEASURED, Values, holds, parsed
from transforms.matching.rules import Comparison
from transforms.matching.steps import cleaned
from transforms.similarity import string_measures

ENDS = ("src", "dst")


def block_keys(records: DataFrame, rules: tuple[KeyRule, ...], record_as: str) -> DataFrame:
    """Each record's number, named as blocking names that side, and its block keys."""
    made = [_key(key).alias(name) for key, name in key_columns(rules).items()]
    return records.select(F.col(RECORD).alias(record_as), *made)


def _key(key: str) -> Column:
    column, *steps = key.split(":")
    return cleaned(F.col(column), steps) if steps else F.col(column)


def undirected(pairs: DataFrame) -> DataFrame:
    """Candidate pairs of a table with itself, each once as (`src` < `dst`), with its rules."""
    src, dst = F.col("profile_id"), F.col("resident_id").cast("long")
    ordered = pairs.select(
        F.least(src, dst).alias("src"), F.greatest(src, dst).alias("dst"), "rules"
    )
    proper = ordered.where(F.col("src") < F.col("dst")).groupBy(*ENDS)
    return proper.agg(
        F.array_sort(F.array_distinct(F.flatten(F.collect_list("rules")))).alias("rules")
    )


def directed(pairs: DataFrame) -> DataFrame:
    """Candidate pairs of two tables as (`src` left, `dst` right), with their rules."""
    return pairs.select(
        F.col("profile_id").alias("src"), F.col("resident_id").cast("long").alias("dst"), "rules"
    )


def random_pairs(left: DataFrame, right: DataFrame, *, same_table: bool) -> DataFrame:
    """(`src`, `dst`) of every pair of two samples; of one table each pair once."""
    pairs = left.select(F.col(RECORD).alias("src")).crossJoin(
        right.select(F.col(RECORD).alias("dst"))
    )
    once = pairs.where(F.col("src") < F.col("dst")) if same_table else pairs
    return once.withColumn("rules", F.array().cast("array<string>"))


def sampled(records: DataFrame, share: float) -> DataFrame:
    """That share of the records, the same ones in every run."""
    drawn = F.pmod(F.xxhash64(F.lit("sample"), F.col(RECORD)), F.lit(1_000_000))
    return records.where(drawn < int(share * 1_000_000))


def frequencies(records: DataFrame, comparisons: Sequence[Comparison]) -> DataFrame:
    """(`column`, `value`, `records`): how many records hold each value that is not unique."""
    held = [
        F.struct(F.lit(c.column).alias("column"), F.col(c.column).cast("string").alias("value"))
        for c in comparisons
        if c.term_frequency
    ]
    # Not even an array of nothing, where no column is asked for: it would have no columns.
    told = F.array(*held).cast("array<struct<column: string, value: string>>")
    values = records.select(F.inline(told)).where(F.col("value").isNotNull())
    counted = values.groupBy("column", "value").agg(F.count("*").alias("records"))
    return counted.where(F.col("records") > 1)


def with_counts(
    records: DataFrame, counts: DataFrame, comparisons: Sequence[Comparison]
) -> DataFrame:
    """The records with `<column>_records`: how many records of both tables hold the same value."""

    def joined(frame: DataFrame, comparison: Comparison) -> DataFrame:
        column = comparison.column
        of_column = counts.where(F.col("column") == column).select(
            F.col("value").alias(column), F.col("records").alias(f"{column}_records")
        )
        return frame.join(of_column, on=column, how="left")

    return reduce(joined, [c for c in comparisons if c.term_frequency], records)


def compared(
    pairs: DataFrame, left: DataFrame, right: DataFrame, comparisons: Sequence[Comparison]
) -> DataFrame:
    """One row per pair: per comparison its level's position (null: missing) and value count.

    The position one past the last level is `different`.
    """
    l_record, r_record = F.col(f"l.{RECORD}"), F.col(f"r.{RECORD}")
    both = pairs.join(left.alias("l"), on=F.col("src") == l_record, how="inner").join(
        right.alias("r"), on=F.col("dst") == r_record, how="inner"
    )

    measures: dict[str, Column] = reduce(operator.or_, map(_measures, comparisons), {})
    levels = [level_position(c, comparisons).alias(c.column) for c in comparisons]
    counts = [_value_records(c) for c in comparisons if c.term_frequency]
    ids = [
        F.col(f"l.{NAME_OF_RECORD}").alias("left_id"),
        F.col(f"r.{NAME_OF_RECORD}").alias("right_id"),
    ]
    return both.withColumns(measures).select(*ENDS, *ids, "rules", *levels, *counts)


def _value_records(comparison: Comparison) -> Column:
    column = comparison.column
    return F.col(f"l.{column}_records").alias(f"{column}_records")


def _measures(comparison: Comparison) -> dict[str, Column]:
    """The measures that the levels of a comparison need, in one struct."""
    values = Values(comparison.column)
    needed = sorted({name for name, _ in map(parsed, comparison.levels)} & set(MEASURED))
    if not needed:
        return {}
    return {values.measures: string_measures(needed)(values.left, values.right)}


def level_position(comparison: Comparison, comparisons: Sequence[Comparison]) -> Column:
    """The position of the first level that holds; null when a value is missing or was counted.

    A swap of two columns is one event: it counts where it is stated, the other column is silent.
    """
    values = Values(comparison.column)
    silent = reduce(
        lambda either, level: either | level,
        _swaps_into(comparison.column, comparisons),
        either_missing(values.left, values.right),
    )
    position = F.when(silent, F.lit(None).cast("int"))
    for at, level in enumerate(comparison.levels):
        position = position.when(holds(level, values), at)
    return position.otherwise(len(comparison.levels))


def _swaps_into(column: str, comparisons: Sequence[Comparison]) -> list[Column]:
    return [
        F.coalesce(holds(level, Values(c.column)), F.lit(False))
        for c in comparisons
        for level in c.levels
        if parsed(level) == ("swapped", column)
    ]


def pattern(comparisons: Sequence[Comparison]) -> Column:
    """The agreement pattern of a pair as one number."""
    return F.xxhash64(*(F.coalesce(c.column, F.lit(-1)) for c in comparisons))


def counted(compared: DataFrame, comparisons: Sequence[Comparison]) -> DataFrame:
    """Each agreement pattern, its level positions (-1: missing) and how many pairs show it."""
    levels = [F.coalesce(c.column, F.lit(-1)).alias(c.column) for c in comparisons]
    shown = compared.select(*levels).groupBy(*(c.column for c in comparisons))
    return shown.agg(F.count("*").alias("pairs")).select(pattern(comparisons).alias("pattern"), "*")
