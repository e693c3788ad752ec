"""What must hold of every partition, whichever finder made it."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.invariants import all_violations, violations


def component_violations(
    components: DataFrame, edges: DataFrame, shares: DataFrame, max_component: int
) -> DataFrame:
    """The promises of the partition that are broken, each with a count; no row is good.

    `shares` are of profiles with a resident, who are nobody's to join.
    """
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
            violations(f"no resident with over {max_component} profiles", shares, too_large),
            violations(
                "nobody is joined to a resident's profile", owned(components, shares), F.lit(True)
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


def owned(components: DataFrame, shares: DataFrame) -> DataFrame:
    """The profiles in components that have a resident."""
    held = shares.select(F.col("profile_id").alias("vertex"))
    return components.join(held, on="vertex", how="left_semi")
