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

    Two or three doses, each as long after the one before as doses are, the numbers one short.
    """
    highest = dated.group_by("profile_id").agg(highest=pl.max("dose_number"))
    on = dated.select("profile_id", "injected_on").unique().sort("profile_id", "injected_on")
    day = pl.col("injected_on")
    gaps = on.with_columns(gap=days(day.shift().over("profile_id"), day))
    another = pl.col("gap") > rules.max_event_days
    told = gaps.group_by("profile_id").agg(
        events=1 + another.sum().cast(pl.Int32),
        hurried=(another & (pl.col("gap") < rules.min_interval_days)).any(),
    )
    in_order = (
        (pl.col("events") <= FEW) & (pl.col("highest") == pl.col("events") - 1) & ~pl.col("hurried")
    )
    return told.join(highest, on="profile_id").filter(in_order).select("profile_id")
