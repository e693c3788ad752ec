"""What must hold of every partition, whichever finder made it."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.invariants import all_violations, violations


def component_violations(
    components: DataFrame, edges: DataFrame, known: DataFrame, max_component: int
) -> DataFrame:
    """The promises of the partition that are broken, each with a count; no row is good."""
    sizes = components.groupBy("component").agg(
        F.count("*").alias("profiles"), F.min("vertex").alias("least")
    )
    too_large = F.col("profiles") > max_component
    not_least = F.col("component") != F.col("least")
    return all_violations(
        [
            violations("one component per profile", repeated(components), F.col("rows") > 1),
            violations("an edge within one component", labelled(components, edges), split()),
            violations("a component is named by its least profile", sizes, not_least),
            violations(f"no component over {max_component} profiles", sizes, too_large),
            violations(
                "no component holds two residents",
                owners(components, known),
                F.col("owners") > 1,
            ),
        ]
    )


def repeated(components: DataFrame) -> DataFrame:
    return components.groupBy("vertex").agg(F.count("*").alias("rows"))


def labelled(components: DataFrame, edges: DataFrame) -> DataFrame:
    """Every edge with the components of its ends."""
    at = {
        end: components.select(F.col("vertex").alias(end), F.col("component").alias(f"{end}_in"))
        for end in ("src", "dst")
    }
    return edges.join(at["src"], on="src", how="left").join(at["dst"], on="dst", how="left")


def split() -> Column:
    return ~F.equal_null("src_in", "dst_in") | F.col("src_in").isNull()


def owners(components: DataFrame, known: DataFrame) -> DataFrame:
    """How many residents each component holds; profiles without one count as somebody else."""
    held = components.withColumnRenamed("vertex", "profile_id").join(
        known, on="profile_id", how="left"
    )
    owner = F.coalesce("resident_id", F.lit(""))
    return held.groupBy("component").agg(F.count_distinct(owner).alias("owners"))
