"""How a name was typed: what a profile shows by itself, whoever it is of.

A name without marks, with initials, with lost letters or without its middle is rare among profiles
of strangers too. u of a level that only such a name can reach is therefore the share of profiles
typed that way times the rarity of what agrees; without the share every such name would speak for
nobody.
"""

import math
from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

WHOLE = "whole"
LEVELS_OF_FORM = ("unmarked", "abbreviated", "lost_letters", "middle")
LEAST_SHARE = 2.0**-8


def form(name: Column, folded: Column) -> Column:
    """The first that holds of: lost letters, initials, no marks at all, no middle name."""
    return (
        F.when(name.contains("?"), "lost")
        .when(name.rlike(r"(^| )\S( |$)"), "initials")
        .when(name == folded, "unmarked")
        .when(F.size(F.split(name, " ")) <= 2, "short")
        .otherwise(WHOLE)
    )


def forms(profiles: DataFrame) -> DataFrame:
    """(form, profiles): how many profiles show each form."""
    typed = form(F.col("name"), F.col("name_folded")).alias("form")
    named = profiles.where(F.col("name").isNotNull())
    return named.groupBy(typed).agg(F.count("*").alias("profiles"))


def form_bits(shares: Mapping[str, float], name: Column, folded: Column) -> Column:
    """−log2 of the share of profiles whose name was typed in this form; 0 for whole names."""
    found, chosen = form(name, folded), F.when(F.lit(False), F.lit(0.0))
    for kind, share in sorted(shares.items()):
        if kind != WHOLE:
            chosen = chosen.when(found == kind, F.lit(-math.log2(max(share, LEAST_SHARE))))
    return chosen.otherwise(F.lit(0.0))
