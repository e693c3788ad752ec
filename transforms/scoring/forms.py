"""How a name was typed: what a profile shows by itself, whoever it is of.

A name without marks, with initials, with lost letters or without its middle is rare among profiles
of strangers too. u of a level that only such a name can reach is therefore the share of profiles
typed that way times the rarity of what agrees; without the share every such name would speak for
nobody.
"""

import math
from collections.abc import Mapping

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.expressions import first_that_holds
from transforms.kernels import applied, chosen

WHOLE = "whole"
LEVELS_OF_FORM = ("unmarked", "abbreviated", "lost_letters", "middle")
LEAST_SHARE = 2.0**-8


def form(name: pl.Expr, folded: pl.Expr) -> pl.Expr:
    """The first that holds of: lost letters, initials, no marks at all, no middle name."""
    cases = {
        "lost": name.str.contains("?", literal=True),
        "initials": name.str.contains(r"(^| )\S( |$)"),
        "unmarked": name == folded,
        "short": name.str.count_matches(" ", literal=True) <= 1,
    }
    return first_that_holds(cases, otherwise=WHOLE)


def forms(profiles: DataFrame) -> DataFrame:
    """(form, profiles): how many profiles show each form, part by part."""
    shape = T.StructType().add("form", "string").add("profiles", "long")
    return applied(chosen(profiles, "name", "name_folded"), counted, shape)


def counted(names: pl.DataFrame) -> pl.DataFrame:
    """(form, profiles) of a batch of profiles, those without a name left out."""
    known = names.drop_nulls("name")
    forms = known.group_by(form(pl.col("name"), pl.col("name_folded")).alias("form"))
    return forms.agg(pl.len().cast(pl.Int64).alias("profiles"))


def form_bits(shares: Mapping[str, float], name: pl.Expr, folded: pl.Expr) -> pl.Expr:
    """−log2 of the share of profiles whose name was typed in this form; 0 for whole names."""
    bits = {
        kind: -math.log2(max(share, LEAST_SHARE)) for kind, share in shares.items() if kind != WHOLE
    }
    return form(name, folded).replace_strict(bits, default=0.0, return_dtype=pl.Float64)
