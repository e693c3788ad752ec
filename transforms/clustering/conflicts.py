"""What no likeness outweighs: between two profiles, and within what a chain has joined.

A and C may be at odds although each is like B, who says little; so a component is looked at as a
whole, and one that contradicts itself is taken apart into its profiles.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import same

# A dose may be written down a day late; further apart the same dose number is another injection.
SAME_DOSE_DAYS = 1


def in_conflict(left: str, right: str) -> Column:
    """Whether numbers, sexes, names with marks or dose histories exclude one person.

    Sister names of twins differ in marks alone, so marks decide unless the number is the same.
    """

    def both(name: str) -> tuple[Column, Column]:
        return F.col(f"{left}.{name}"), F.col(f"{right}.{name}")

    toned = [
        is_toned(F.col(f"{side}.name"), F.col(f"{side}.name_folded")) for side in (left, right)
    ]
    names_conflict = toned[0] & toned[1] & differ(*both("name"))
    return (
        numbers_conflict(*both("number"))
        | differ(*both("sex"))
        | (names_conflict & ~same(*both("number")))
        | histories_conflict(*both("history"))
    )


def differ(left: Column, right: Column) -> Column:
    """Both are there and not equal."""
    return ~F.equal_null(left, right) & left.isNotNull() & right.isNotNull()


def numbers_conflict(left: Column, right: Column) -> Column:
    """Two different numbers of one kind (12 digits or 9); one of each kind is no conflict."""
    return differ(left, right) & (F.length(left) == F.length(right))


def is_toned(name: Column, folded: Column) -> Column:
    """Whether the name was written with any mark at all."""
    return differ(name, folded)


def histories_conflict(left: Column, right: Column) -> Column:
    """One dose number on two days, or a later dose on an earlier day; two names of one day pass."""
    found = F.exists(left, lambda a: F.exists(right, lambda b: doses_conflict(a, b)))
    return F.equal_null(found, F.lit(True))


def doses_conflict(a: Column, b: Column) -> Column:
    days = F.datediff(a["injected_on"], b["injected_on"])
    out_of_order = (a["dose_numbers"] - b["dose_numbers"]) * days <= 0
    return (F.abs(days) > SAME_DOSE_DAYS) & out_of_order


def guards(components: DataFrame, blocks: DataFrame) -> DataFrame:
    """`component` → `guard`: the first conflict found in it; only components that have one.

    `blocks` has one row per compared profile; no profile with a resident is in it.
    """
    members = blocks.join(
        components.withColumnRenamed("vertex", "profile_id"), on="profile_id", how="inner"
    )
    toned = F.when(is_toned(F.col("name"), F.col("name_folded")), F.col("name"))
    # Of each kind of number its first and last in order tell whether there are two.
    cccd, cmnd = (F.when(F.length("number") == n, F.col("number")) for n in (12, 9))
    told = members.groupBy("component").agg(
        (two_values(cccd) | two_values(cmnd)).alias("numbers"),
        two_values(F.col("sex")).alias("sexes"),
        (two_values(toned) & ~one_number_for_all()).alias("names"),
        F.collect_list("history").alias("histories"),
    )
    return told.select("component", guard().alias("guard")).where(F.col("guard").isNotNull())


def guard() -> Column:
    """The name of the first conflict, or null."""
    among = F.exists(
        "histories", lambda a: F.exists("histories", lambda b: histories_conflict(a, b))
    )
    return (
        F.when(F.col("numbers"), "conflicting_numbers")
        .when(F.col("sexes"), "conflicting_sexes")
        .when(F.col("names"), "conflicting_names")
        .when(among, "conflicting_dose_histories")
    )


def two_values(value: Column) -> Column:
    return differ(F.min(value), F.max(value))


def one_number_for_all() -> Column:
    return same(F.min("number"), F.max("number")) & (F.count("number") == F.count("*"))
