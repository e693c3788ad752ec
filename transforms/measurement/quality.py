"""Quality without labels: shares with their intervals, calibration, the choice of a threshold."""

from itertools import pairwise
from math import fsum
from typing import Any

import polars as pl

from transforms.estimates import Estimate, wilson
from transforms.measurement.figures import Figure, ratio
from transforms.measurement.outcomes import DIMENSIONS

# Upper edges are open; the last bin holds probability 1. Fine where decisions are made.
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999,
              0.9995, 0.9999)  # fmt: skip
NONE, ALL = "(none)", "all"
NINE_DECIMALS = 1e9


def by_subgroup(masked: pl.DataFrame) -> list[Figure]:
    """Precision, recall, true pairs compared and left out: in all and for every subgroup."""
    every = {ALL: pl.lit(ALL), **{name: pl.col(name).fill_null(NONE) for name in DIMENSIONS}}
    counted = {
        dimension: masked.with_columns(of=subgroup).group_by("of").agg(**counts()).sort("of")
        for dimension, subgroup in every.items()
    }
    return [
        figure
        for dimension, rows in counted.items()
        for row in rows.to_dicts()
        for figure in shares((dimension, row["of"]), row)
    ]


def counts() -> dict[str, pl.Expr]:
    linked = pl.col("decision") == "linked"
    return {
        "profiles": pl.len(),
        "linked": linked.sum(),
        "right": (linked & pl.col("best_is_right")).sum(),
        "compared": pl.col("compared").sum(),
        "capped": (pl.col("shares_block") & ~pl.col("compared")).sum(),
        "review": (pl.col("decision") == "review").sum(),
        "if_absent": (pl.col("decision_if_absent") == "linked").sum(),
    }


def shares(of: tuple[str, str], counted: dict[str, Any]) -> list[Figure]:
    """The figures of one subgroup."""
    profiles, linked = counted["profiles"], counted["linked"]
    parts = {"recall": "right", "compared": "compared", "lost_to_caps": "capped",
             "review": "review", "linked_if_absent": "if_absent"}  # fmt: skip
    return [
        Figure.of(of, "precision", wilson(counted["right"], linked), linked),
        *(
            Figure.of(of, measure, wilson(counted[name], profiles), profiles)
            for measure, name in parts.items()
        ),
    ]


def by_threshold(masked: pl.DataFrame, margin: float) -> list[Figure]:
    """Precision and recall that other thresholds on the probability would have had, margin and
    corroboration asked for as ever.
    """
    enough = masked.filter(pl.col("margin") >= margin, pl.col("corroborated"))
    found: list[Figure] = []
    for threshold in THRESHOLDS:
        linked = enough.filter(pl.col("match_probability") >= threshold)
        right, of = int(linked["best_is_right"].sum()), ("threshold", f"{threshold:g}")
        found += [
            Figure.of(of, "precision", wilson(right, len(linked)), len(linked)),
            Figure.of(of, "recall", wilson(right, len(masked)), len(masked)),
        ]
    return found


def calibration(masked: pl.DataFrame) -> list[Figure]:
    """Per bin of the best candidate's probability: promised and observed share, and their gap.

    `expected_calibration_error` is the mean absolute gap, weighted by profiles.
    """
    known = masked.filter(pl.col("match_probability").is_not_null())
    # Probabilities carry nine decimals: sums of whole numbers do not depend on the order of rows.
    promised = (pl.col("match_probability") * NINE_DECIMALS).round().cast(pl.Int64).sum()
    counted = (
        known.group_by(bin_of().alias("bin"))
        .agg(n=pl.len(), right=pl.col("best_is_right").sum(), promised=promised)
        .sort("bin")
    )
    bins = [row | {"promised": row["promised"] / NINE_DECIMALS} for row in counted.to_dicts()]
    found = [
        Figure.of(("probability", row["bin"]), measure, estimate, row["n"])
        for row in bins
        for measure, estimate in (
            ("observed", wilson(row["right"], row["n"])),
            ("promised", Estimate(row["promised"] / row["n"])),
        )
    ]
    gap = fsum(abs(row["promised"] - row["right"]) for row in bins)
    error = Estimate(ratio(gap, len(known)))
    return [*found, Figure.of((ALL, ALL), "expected_calibration_error", error, len(known))]


def bin_of() -> pl.Expr:
    """The bin as text, "0.95–0.98"."""
    found = pl.lit(None, pl.String)
    for low, high in pairwise(EDGES):
        within = pl.col("match_probability") >= low
        found = pl.when(within).then(pl.lit(f"{low:g}–{high:g}")).otherwise(found)
    return found
