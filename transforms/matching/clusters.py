"""Clusters of one table: components of links, completed, and cut where they hang by a thread."""

from math import log2

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.matching.columns import NAME_OF_RECORD, RECORD
from transforms.matching.pairs import ENDS
from transforms.matching.rules import Clusters, Thresholds
from transforms.similarity import clusters_by_average

# Weights of one pair count within these bits: errors come in groups, and one record that is
# damaged in many fields must not keep a whole cluster apart, nor one lucky pair join two.
BOUNDS = (-6.0, 12.0)
NEVER_SCORED = -3.0


def threshold_bits(threshold: Thresholds) -> float:
    return log2(threshold.link / (1 - threshold.link))


def edges(scored: DataFrame, threshold: Thresholds) -> DataFrame:
    """The pairs certain enough to join, as (`src`, `dst`)."""
    return scored.where(F.col("match_probability") >= threshold.link).select(*ENDS)


def missing_pairs(components: DataFrame, scored: DataFrame, rules: Clusters) -> DataFrame:
    """The pairs that blocking never proposed inside a component, unless that is too large."""
    size = F.count("*").over(Window.partitionBy("component"))
    members = components.select("vertex", "component", size.alias("records"))
    small = members.where(F.col("records").between(3, rules.max_records))
    src = small.select(F.col("vertex").alias("src"), "component")
    dst = small.select(F.col("vertex").alias("dst"), "component")
    pairs = src.join(dst, on="component", how="inner").where(F.col("src") < F.col("dst"))
    return (
        pairs.join(scored.select(*ENDS), on=list(ENDS), how="left_anti")
        .select(*ENDS)
        .withColumn("rules", F.array(F.lit("same component")))
    )


def clusters(components: DataFrame, scored: DataFrame, threshold: Thresholds) -> DataFrame:
    """(`record`, `cluster`): average linkage on all scored pairs of each component."""
    of = components.select(F.col("vertex").alias("src"), "component")
    to = components.select(F.col("vertex").alias("dst"), F.col("component").alias("other"))
    pairs = scored.select(*ENDS, "match_weight")
    inside = pairs.join(of, on="src", how="inner").join(to, on="dst", how="inner")
    lead = F.col("match_weight") - threshold_bits(threshold)
    edge = F.struct("src", "dst", F.round(lead, 6).alias("weight"))
    listed = inside.where(F.col("component") == F.col("other")).groupBy("component")
    gathered = listed.agg(F.array_sort(F.collect_list(edge)).alias("edges"))
    cut = clusters_by_average(NEVER_SCORED, BOUNDS)(F.col("edges"))
    return gathered.select(F.inline(cut))


def joined(components: DataFrame) -> DataFrame:
    """(`record`, `cluster`): each component as it is, single linkage."""
    return components.select(F.col("vertex").alias("record"), F.col("component").alias("cluster"))


def clustered_records(records: DataFrame, found: DataFrame, scored: DataFrame) -> DataFrame:
    """One row per record: its cluster, named by its least id, and how sure its place is.

    `probability` is the best of the record's links inside its cluster; 1 less the best link it
    was refused, where it stands alone.
    """
    ids = records.select(F.col(RECORD).alias("record"), F.col(NAME_OF_RECORD).alias("record_id"))
    placed = ids.join(found, on="record", how="left").withColumn(
        "cluster", F.coalesce("cluster", "record")
    )
    of = Window.partitionBy("cluster")
    named = placed.select(
        "record",
        "record_id",
        F.min("record_id").over(of).alias("cluster_id"),
        F.count("*").over(of).alias("records"),
    )
    return named.join(_certainty(named, scored), on="record", how="left").select(
        "record_id", "cluster_id", "records", _probability().alias("probability")
    )


def _certainty(named: DataFrame, scored: DataFrame) -> DataFrame:
    """The best probability of each record inside and outside its cluster."""
    both = F.array(
        F.struct(F.col("src").alias("record"), F.col("dst").alias("other")),
        F.struct(F.col("dst").alias("record"), F.col("src").alias("other")),
    )
    turned = scored.select("match_probability", F.inline(both))
    mine = named.select("record", "cluster_id")
    theirs = named.select(
        F.col("record").alias("other"), F.col("cluster_id").alias("other_cluster")
    )
    pairs = turned.join(mine, on="record", how="inner").join(theirs, on="other", how="inner")
    inside = F.col("cluster_id") == F.col("other_cluster")
    return pairs.groupBy("record").agg(
        F.max(F.when(inside, F.col("match_probability"))).alias("inside"),
        F.max(F.when(~inside, F.col("match_probability"))).alias("outside"),
    )


def _probability() -> Column:
    alone = 1 - F.coalesce("outside", F.lit(0.0))
    return F.round(
        F.when(F.col("records") > 1, F.coalesce("inside", F.lit(0.0))).otherwise(alone), 9
    )
