"""Findings: dose events that break a rule of the vaccine, the campaign or life itself."""

from typing import NamedTuple

import polars as pl

from transforms.deduplication.events import DoseRules, days
from transforms.deduplication.vaccines import Vaccines, key

# What is known of the vaccine that a label names.
LICENCE = {
    "vaccine": pl.String,
    "licence": pl.String,  # the same for all labels of one vaccine
    "approved_on": pl.Date,
    "primary_doses": pl.Int32,
    "min_interval_days": pl.Int32,
}
PLACES = 1 << 32  # more than there are dose numbers


class Rule(NamedTuple):
    """When an event breaks it, and what there is to say of that: figures, never the person."""

    is_broken: pl.Expr
    detail: pl.Expr


def findings(
    events: pl.DataFrame, lives: pl.DataFrame, vaccines: Vaccines, rules: DoseRules
) -> pl.DataFrame:
    """(`dose_id`, `profile_id`, `rule`, `detail`) of every rule that an event with a day breaks.

    `lives` have one row per person at most.
    """
    known = (
        events.filter(pl.col("injected_on").is_not_null())
        .sort("person_id", "injected_on", "dose_id")
        .join(lives, on="person_id", how="left", maintain_order="left")
        .join(
            licences(events["vaccine"], vaccines), on="vaccine", how="left", maintain_order="left"
        )
    )
    placed = in_sequence(known, rules).with_columns(**ages(vaccines))
    each = {**life_rules(), **campaign_rules(rules), **sequence_rules(rules)}
    # Nearly all events break nothing: they go before anything is said of the rest.
    some = placed.filter(pl.any_horizontal(rule.is_broken for rule in each.values()))
    return pl.concat(
        some.filter(rule.is_broken).select(
            "dose_id", "profile_id", rule=pl.lit(name), detail=rule.detail
        )
        for name, rule in each.items()
    )


def licences(labels: pl.Series, vaccines: Vaccines) -> pl.DataFrame:
    """One row per label, as typed, that names a vaccine of the reference."""
    known = {key(name): vaccine for vaccine in vaccines for name in vaccine.names}
    rows = [
        (label, key(v.names[0]), v.approved_on, v.primary_doses, v.min_interval_days)
        for label in labels.drop_nulls().unique()
        if (v := known.get(key(label)))
    ]
    return pl.DataFrame(rows, schema=LICENCE, orient="row")


def in_sequence(rows: pl.DataFrame, rules: DoseRules) -> pl.DataFrame:
    """Adds what each event is after: its place, the dose before, the numbers so far.

    The rows are in order of person and time.
    """
    person, on = pl.col("person_id"), pl.col("injected_on")
    later = (person == person.shift()).fill_null(value=False)
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    begun = rows.with_columns(later=later, start=pl.when(~later).then(at).forward_fill())
    # Numbers count upwards within a person and begin anew with the next: one running maximum.
    number = pl.col("dose_number").cast(pl.Int64).fill_null(-1) + 1
    highest = (pl.col("start") * PLACES + number).cum_max().shift() - pl.col("start") * PLACES
    return begun.with_columns(
        place=at - pl.col("start") + 1,
        days_since=pl.when("later").then(days(on.shift(), on)),
        min_interval=pl.coalesce(
            pl.when("later").then(pl.col("min_interval_days").shift()), rules.min_interval_days
        ),
        highest_before=pl.when(pl.col("later") & (highest > 0)).then(highest - 1),
        primary_doses=pl.col("primary_doses").gather(pl.col("start")),
    )


def ages(vaccines: Vaccines) -> dict[str, pl.Expr]:
    """The age on the day of the dose, and from which age the vaccine was given then.

    Of a birth year alone the benefit of the doubt: as old as one can be.
    """
    on, born = pl.col("injected_on"), pl.col("birth_date")
    months = (on.dt.year() - born.dt.year()) * 12 + on.dt.month() - born.dt.month()
    last = [day == day.dt.month_end() for day in (on, born)]
    not_yet = (on.dt.day() < born.dt.day()) & ~pl.all_horizontal(last)
    oldest = on.dt.year() - pl.col("birth_year")
    starts = [
        pl.when((pl.col("licence") == key(vaccine.names[0])) & (on >= start.start)).then(start.age)
        for vaccine in vaccines
        for start in vaccine.age_starts
    ]
    return {
        "age": pl.when(exact()).then((months - not_yet.cast(pl.Int32)) // 12).otherwise(oldest),
        "least_age": pl.min_horizontal(pl.lit(None, pl.Int32), *starts),
    }


def exact() -> pl.Expr:
    """Whether the day of birth is known."""
    return (pl.col("birth_precision") == "day").fill_null(value=False)


def life_rules() -> dict[str, Rule]:
    """Birth, age, death."""
    on, age = pl.col("injected_on"), pl.col("age")
    unborn = pl.when(exact()).then(on < pl.col("birth_date")).otherwise(age < 0)
    days_dead = days(pl.col("died_on"), on)
    return {
        "before_birth": Rule(unborn, pl.lit("before the birth date")),
        "under_age": Rule(
            ~unborn & (age < pl.col("least_age")),
            said("under ", pl.col("least_age"), " years, the age start on that day"),
        ),
        "after_death": Rule(days_dead > 0, said(days_dead, " days after the recorded death")),
    }


def campaign_rules(rules: DoseRules) -> dict[str, Rule]:
    """Label, approval, start of the campaign."""
    on = pl.col("injected_on")
    days_early = days(on, pl.col("approved_on"))
    return {
        "unknown_vaccine": Rule(
            pl.col("vaccine").is_not_null() & pl.col("licence").is_null(),
            pl.lit("a label that the reference does not have"),
        ),
        "before_approval": Rule(
            days_early > 0, said(days_early, " days before the vaccine was approved")
        ),
        "before_campaign": Rule(
            on < rules.campaign_start,
            pl.lit(f"before {rules.campaign_start}, the first day of the campaign"),
        ),
    }


def sequence_rules(rules: DoseRules) -> dict[str, Rule]:
    """Intervals, numbers, boosters."""
    place, primary = pl.col("place"), pl.col("primary_doses")
    since, least = pl.col("days_since"), pl.col("min_interval")
    number, highest = pl.col("dose_number"), pl.col("highest_before")
    return {
        "short_interval": Rule(
            since < least,
            said(since, " days after the dose before; at least ", least),
        ),
        "dose_number_order": Rule(
            number <= highest,
            said("typed as dose ", number, " after a dose ", highest),
        ),
        "booster_before_start": Rule(
            (place > primary) & (pl.col("injected_on") < rules.booster_start),
            said("dose event ", place, " of a ", primary, "-dose vaccine before boosters began"),
        ),
        "too_many_doses": Rule(
            place > rules.max_doses,
            said("dose event ", place, f"; at most {rules.max_doses}"),
        ),
    }


def said(*parts: str | pl.Expr) -> pl.Expr:
    """A sentence of words and figures. (`pl.format` of polars 2.1 panics on filtered columns.)"""
    words = (pl.lit(part) if isinstance(part, str) else part.cast(pl.String) for part in parts)
    return pl.concat_str(*words)
