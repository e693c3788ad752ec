"""Counts per subgroup: of them every precision, recall and F1 is made."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.evaluation.difficulties import difficulties, words
from transforms.evaluation.judgement import DIMENSIONS

USABLE_NUMBER = ("cccd", "cmnd")
COUNTS = (
    "rows",
    "in_register",
    "linked",
    "outside_linked",
    "right",
    "resolvable",
    "resolvable_linked",
    "resolvable_right",
)


def counted(judged: DataFrame) -> DataFrame:
    """(group, value, counts): every value of every dimension, and of all rows (`all`).

    Rows are first counted per combination of all dimensions, so that they are read once. A row
    with several traps counts for each; `difficulty` joins the words of different truths.
    """
    cells = counted_cells(judged)
    tags = F.flatten(F.array(F.array(*single_tags()), *several_tags()))
    spread = cells.select(F.explode(tags).alias("of"), *COUNTS)
    sums = [F.sum(name).alias(name) for name in COUNTS]
    return spread.groupBy("of.group", "of.value").agg(*sums)


def counted_cells(judged: DataFrame) -> DataFrame:
    """The counts of each combination of all dimensions that occurs."""
    resolvable = F.col("resolvable")
    counts = {
        "in_register": F.col("in_register"),
        "linked": F.col("linked"),
        "outside_linked": F.col("linked") & ~F.col("in_register"),
        "right": F.col("right"),
        "resolvable": resolvable,
        "resolvable_linked": resolvable & F.col("linked"),
        "resolvable_right": resolvable & F.col("right"),
    }
    return judged.groupBy(*DIMENSIONS).agg(
        F.count("*").alias("rows"), *(F.count_if(c).alias(name) for name, c in counts.items())
    )


def single_tags() -> list[Column]:
    """The groups of which a cell belongs to exactly one value."""
    without_number = ~F.col("number_kind").isin(*USABLE_NUMBER)
    groups = {
        "all": F.lit("all"),
        "confusion": F.concat_ws("|", "truth_class", "disposition"),
        "usable_number": F.when(without_number, "without").otherwise("with"),
    }
    groups |= {name: F.col(name) for name in DIMENSIONS if name != "trap"}
    return [tag(name, value) for name, value in groups.items()]


def several_tags() -> list[Column]:
    """Lists of the groups of which a cell may belong to several values, or none."""
    traps = words(F.col("trap"))
    kinds = difficulties(F.concat(F.array("truth_class"), traps))
    return [
        F.transform(traps, lambda word: tag("trap", word)),
        F.transform(kinds, lambda kind: tag("difficulty", kind)),
    ]


def tag(group: str, value: Column) -> Column:
    return F.struct(F.lit(group).alias("group"), value.alias("value"))
