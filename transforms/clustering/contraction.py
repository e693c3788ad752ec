"""Graph contraction: the frames of one round, and the way back from the last round to the first.

Each round every vertex points at the neighbour or self with the least hash, pointers are followed
once more, and the edges move to the vertices pointed at. Random contraction as in Bögeholz, Brand
and Todor, "In-database connected component analysis" (2020); rounds grow with the logarithm of
the size, whatever the diameter.
"""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def proper_edges(edges: DataFrame) -> DataFrame:
    """Each undirected edge once as (`src` < `dst`); loops are gone."""
    ordered = edges.select(
        F.least("src", "dst").alias("src"), F.greatest("src", "dst").alias("dst")
    )
    return ordered.where(F.col("src") != F.col("dst")).distinct()


def vertices(edges: DataFrame) -> DataFrame:
    """Every end of an edge once, as `vertex`."""
    ends = F.explode(F.array("src", "dst")).alias("vertex")
    return edges.select(ends).distinct()


def pointers(edges: DataFrame, round_number: int) -> DataFrame:
    """`vertex` → `representative`: one row per vertex, two steps towards the least hash."""
    towards = edges.select(F.inline(F.array(_arrow("src", "dst"), _arrow("dst", "src"))))
    nearest = F.min(_ranked("neighbour", round_number))
    itself = _ranked("vertex", round_number)
    step = towards.groupBy("vertex").agg(nearest.alias("nearest"))
    step = step.select("vertex", F.least("nearest", itself)["id"].alias("representative"))
    return followed(step, step)


def followed(first: DataFrame, then: DataFrame) -> DataFrame:
    """`vertex` → where the representative in `first` points in `then`, or stays if it does not."""
    further = then.select(
        F.col("vertex").alias("representative"), F.col("representative").alias("further")
    )
    return first.join(further, on="representative", how="left").select(
        "vertex", F.coalesce("further", "representative").alias("representative")
    )


def contracted(edges: DataFrame, pointer: DataFrame) -> DataFrame:
    """The edges between representatives; what fell into one vertex is gone."""
    moved = edges
    for end in ("src", "dst"):
        to = pointer.select(F.col("vertex").alias(end), F.col("representative").alias(f"{end}_to"))
        moved = moved.join(to, on=end, how="inner")
    return proper_edges(moved.select(F.col("src_to").alias("src"), F.col("dst_to").alias("dst")))


def composed(rounds: Sequence[DataFrame]) -> DataFrame:
    """`vertex` → final representative, from the pointers of all rounds in order."""
    return reduce(lambda later, earlier: followed(earlier, later), reversed(rounds))


def named_by_least(labels: DataFrame) -> DataFrame:
    """`vertex` → `component`, the least vertex that carries the same representative."""
    names = labels.groupBy("representative").agg(F.min("vertex").alias("component"))
    return labels.join(names, on="representative", how="inner").select("vertex", "component")


def _arrow(vertex: str, neighbour: str) -> Column:
    return F.struct(F.col(vertex).alias("vertex"), F.col(neighbour).alias("neighbour"))


def _ranked(vertex: str, round_number: int) -> Column:
    return F.struct(F.xxhash64(F.col(vertex), F.lit(round_number)), F.col(vertex).alias("id"))
