"""Contradictions: one declared identity that had the same dose twice, on days far apart."""

import polars as pl

from transforms.deduplication.events import DoseRules, days
from transforms.schemas import TWO_PEOPLE

FEW = 3  # doses; of more, two with one number are two people's nearly always


def contradictions(doses: pl.DataFrame, real: pl.Series, rules: DoseRules) -> pl.DataFrame:
    """One finding per dose row whose profile has that dose number on another day as well.

    Nobody has a second dose twice: another person's doses were entered under this name (one phone
    for many people), unless one mistyped number explains it all. Double entries lie closer
    together. Doses that people said are `real` are not asked about again, what contradicts them is.
    All doses of a profile are here.
    """
    dated = doses.drop_nulls(["dose_number", "injected_on"])
    span = days(pl.col("injected_on").min(), pl.col("injected_on").max())
    spans = dated.group_by("profile_id", "dose_number").agg(days=span)
    apart = spans.filter(pl.col("days") > rules.max_event_days)
    asked = dated.join(apart, on="profile_id", how="semi")
    torn = (
        asked.join(apart, on=["profile_id", "dose_number"], how="inner")
        .join(one_number_mistyped(asked, rules), on="profile_id", how="anti")
        .filter(~pl.col("dose_id").is_in(real.implode()))
    )
    number, apart_by = (pl.col(name).cast(pl.String) for name in ("dose_number", "days"))
    detail = pl.concat_str(
        pl.lit("dose "), number, pl.lit(" on days "), apart_by, pl.lit(" days apart")
    )
    return torn.select("dose_id", "profile_id", rule=pl.lit(TWO_PEOPLE), detail=detail)


def one_number_mistyped(dated: pl.DataFrame, rules: DoseRules) -> pl.DataFrame:
    """`profile_id` of the profiles whose few doses are in order but for one number.

    Two or three doses, each as long after the one before as doses are, and either the numbers one
    short (1, 1, 2) or a single one not that of its place in time (2, 2; 1, 1, 3; 3, 2, 3).
    """
    on = dated.select("profile_id", "injected_on").unique().sort("profile_id", "injected_on")
    day = pl.col("injected_on")
    gap = days(day.shift().over("profile_id"), day)
    another = (pl.col("gap") > rules.max_event_days).fill_null(value=False)
    placed = on.with_columns(gap=gap).with_columns(
        place=1 + another.cast(pl.Int32).cum_sum().over("profile_id"),
        hurried=another & (pl.col("gap") < rules.min_interval_days),
    )
    rows = dated.join(placed, on=["profile_id", "injected_on"], how="inner")
    is_off = pl.col("dose_number") != pl.col("place")
    told = rows.group_by("profile_id").agg(
        events=pl.max("place"),
        highest=pl.max("dose_number"),
        hurried=pl.col("hurried").any(),
        off=pl.col("place").filter(is_off).n_unique(),
    )
    one_short = pl.col("highest") == pl.col("events") - 1
    in_order = (pl.col("events") <= FEW) & (one_short | (pl.col("off") == 1)) & ~pl.col("hurried")
    return told.filter(in_order).select("profile_id")
