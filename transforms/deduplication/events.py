"""Dose events: one per administered dose, however often it was typed in."""

from collections.abc import Mapping
from datetime import date

import polars as pl
from pydantic import BaseModel, Field

from transforms.deduplication.vaccines import Vaccines, known_keys, label_key

# What an event has of the row that is kept.
KEPT = (
    "dose_id", "profile_id", "dose_number", "vaccine", "lot_number", "injected_on", "facility_code",
)  # fmt: skip


class DoseRules(BaseModel, frozen=True, extra="forbid"):
    """When two rows are one dose, and what no dose of the campaign may break."""

    # Doses proper are at least 14 days apart; a double entry is off by a day at most.
    same_dose_days: int = Field(default=1, ge=0, le=6)
    # A row a day apart from the next, and so on, does not run on for ever.
    max_event_days: int = Field(default=2, ge=0, le=13)
    campaign_start: date = date(2021, 3, 8)
    # Additional and booster doses: 10225/BYT-DP of 1 December 2021.
    booster_start: date = date(2021, 12, 1)
    max_doses: int = Field(default=4, ge=1)
    # Where the vaccine before is not known.
    min_interval_days: int = Field(default=14, ge=1)


def dose_events(
    entries: pl.DataFrame, real: pl.Series, vaccines: Vaccines, rules: DoseRules
) -> pl.DataFrame:
    """One row per administered dose; every dose row of `entries` is in exactly one event.

    Rows of one person are one dose when the vaccine is the same (or one row names none) and the
    days are at most `same_dose_days` apart; what was typed as dose number plays no part. The row
    that stays is one of a verified profile if there is one, then the one entered first. A row that
    people said is `real` is a dose by itself, whatever is beside it.
    """
    by_word = pl.when(pl.col("dose_id").is_in(real.implode())).then("dose_id")
    rows = entries.with_columns(alone=by_word)
    runs = with_runs(rows, rules.same_dose_days, rules.max_event_days)
    single, several = apart(runs)
    made = [by_themselves(single), one_per_dose(with_vaccine(several, known_keys(vaccines)))]
    return pl.concat(made, how="diagonal").with_columns(event_id="E-" + pl.col("dose_id"))


def with_runs(rows: pl.DataFrame, same_dose_days: int, max_event_days: int) -> pl.DataFrame:
    """`run`: a person's rows in time, cut where days lie between; `part` cuts one that is too long.

    A row without a day is a run by itself.
    """
    person, day = pl.col("person_id"), pl.col("injected_on")
    goes_on = (person == person.shift()) & (days(day.shift(), day) <= same_dose_days)
    begins = ~goes_on.fill_null(value=False)
    start = pl.when(begins).then(day).forward_fill()
    return rows.sort("person_id", "injected_on", "dose_id").with_columns(
        run=begins.cum_sum(), part=days(start, day) // (max_event_days + 1)
    )


def days(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Whole days from one date to the other; null where either is."""
    return (end - start).dt.total_days()


def apart(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that are all of their run, which is nearly all of them, and the others."""
    beside = [pl.col("run").shift(step, fill_value=0) for step in (-1, 1)]
    single = pl.all_horizontal(pl.col("run") != run for run in beside)
    return rows.filter(single), rows.filter(~single)


def by_themselves(rows: pl.DataFrame) -> pl.DataFrame:
    """Events of one row each."""
    return rows.with_columns(
        dose_rows=pl.lit(1, pl.UInt32),
        dose_ids=pl.concat_list("dose_id"),
        profile_ids=pl.concat_list("profile_id"),
    )


def with_vaccine(rows: pl.DataFrame, known: Mapping[str, str]) -> pl.DataFrame:
    """`given`: the vaccine's key; a row that names none is of the least key in its run."""
    labels = rows["vaccine"].drop_nulls().unique()
    keys = [label_key(label, known) for label in labels]
    read = pl.col("vaccine").replace_strict(labels, keys, default=None, return_dtype=pl.String)
    keyed = rows.with_columns(given=read)
    return keyed.with_columns(given=pl.coalesce("given", pl.min("given").over("run")))


def one_per_dose(rows: pl.DataFrame) -> pl.DataFrame:
    """One event per dose, with what is known of the row that stays.

    That is a verified one if there is any, then the one entered first, as ids count upwards.
    """
    entered_first = (pl.col("dose_id").str.len_chars(), "dose_id")
    best_first = rows.sort("unverified", *entered_first)
    return best_first.group_by("run", "part", "given", "alone").agg(
        pl.col("person_id", *KEPT).get(0),
        dose_rows=pl.len(),
        dose_ids=pl.col("dose_id").sort(),
        profile_ids=pl.col("profile_id").sort_by("dose_id"),
    )
