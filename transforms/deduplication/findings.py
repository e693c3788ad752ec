"""Findings: dose events that break a rule of the vaccine, the campaign or life itself."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.deduplication.events import DoseRules
from transforms.deduplication.vaccines import Vaccines, age_start, known_key, of_vaccine
from transforms.schemas import FINDING, conform

BORN = ("birth_date", "birth_year", "birth_precision")


def lives(persons: DataFrame, profiles: DataFrame, residents: DataFrame) -> DataFrame:
    """One row per person: birth and death as the register has them, else birth as declared."""
    registered = (
        persons.select("person_id", "resident_id")
        .dropna(subset=["resident_id"])
        .distinct()  # a person has one resident at most
        .join(residents.select("resident_id", *BORN, "died_on"), on="resident_id", how="inner")
        .select("person_id", *BORN, "died_on")
    )
    strangers = persons.where(F.col("resident_id").isNull()).select("profile_id", "person_id")
    declared = (
        strangers.join(profiles.select("profile_id", *BORN), on="profile_id", how="inner")
        .groupBy("person_id")
        .agg(F.min(F.struct("profile_id", *BORN)).alias("first"))
        .select("person_id", "first.*", F.lit(None).cast("date").alias("died_on"))
        .drop("profile_id")
    )
    return registered.unionByName(declared)


def findings(
    events: DataFrame, lives: DataFrame, vaccines: Vaccines, rules: DoseRules
) -> DataFrame:
    """One row per kept dose row and broken rule; the detail tells the figures, never the person."""
    dated = events.where(F.col("injected_on").isNotNull())
    known = dated.join(lives, on="person_id", how="left")  # lives: one row per person
    placed = known.withColumns(in_sequence(vaccines, rules))
    broken = {
        **life_rules(vaccines),
        **campaign_rules(vaccines, rules),
        **sequence_rules(rules),
    }
    told = [
        F.when(detail.isNotNull(), F.struct(F.lit(rule).alias("rule"), detail.alias("detail")))
        for rule, detail in broken.items()
    ]
    found = placed.select("dose_id", F.inline(F.array_compact(F.array(*told))))
    return conform(found, FINDING)


def in_sequence(vaccines: Vaccines, rules: DoseRules) -> dict[str, Column]:
    """What each event is after: its place, the dose before, the numbers so far."""
    in_time = Window.partitionBy("person_id").orderBy("injected_on", "dose_id")
    before = in_time.rowsBetween(Window.unboundedPreceding, -1)
    interval = of_vaccine(F.lag("vaccine").over(in_time), vaccines, lambda v: v.min_interval_days)
    first_vaccine = F.first_value("vaccine").over(in_time)
    return {
        "place": F.row_number().over(in_time),
        "days_since": F.datediff("injected_on", F.lag("injected_on").over(in_time)),
        "min_interval": F.coalesce(interval, F.lit(rules.min_interval_days)),
        "highest_before": F.max("dose_number").over(before),
        "primary_doses": of_vaccine(first_vaccine, vaccines, lambda v: v.primary_doses),
    }


def life_rules(vaccines: Vaccines) -> dict[str, Column]:
    """Rule → detail where it is broken, else null: birth, age, death."""
    on = F.col("injected_on")
    exact = F.col("birth_precision") == "day"
    # Of a year alone the benefit of the doubt: as old as one can be.
    oldest = F.year(on) - F.col("birth_year")
    age = F.when(exact, F.floor(F.months_between(on, "birth_date") / 12)).otherwise(oldest)
    least = age_start(F.col("vaccine"), on, vaccines)
    unborn = F.when(exact, on < F.col("birth_date")).otherwise(oldest < 0)
    young = F.format_string("under %d years, the age start on that day", least)
    days_dead = F.datediff(on, "died_on")
    dead = F.format_string("%d days after the recorded death", days_dead)
    return {
        "before_birth": F.when(unborn, F.lit("before the birth date")),
        "under_age": F.when(~unborn & (age < least), young),
        "after_death": F.when(days_dead > 0, dead),
    }


def campaign_rules(vaccines: Vaccines, rules: DoseRules) -> dict[str, Column]:
    """Rule → detail where it is broken, else null: label, approval, start of the campaign."""
    on, label = F.col("injected_on"), F.col("vaccine")
    days_early = F.datediff(of_vaccine(label, vaccines, lambda v: v.approved_on), on)
    unknown = label.isNotNull() & known_key(label, vaccines).isNull()
    early = F.format_string("%d days before the vaccine was approved", days_early)
    start = F.lit(f"before {rules.campaign_start}, the first day of the campaign")
    return {
        "unknown_vaccine": F.when(unknown, F.lit("a label that the reference does not have")),
        "before_approval": F.when(days_early > 0, early),
        "before_campaign": F.when(on < F.lit(rules.campaign_start), start),
    }


def sequence_rules(rules: DoseRules) -> dict[str, Column]:
    """Rule → detail where it is broken, else null: intervals, numbers, boosters."""
    place, number, before = F.col("place"), F.col("dose_number"), F.col("highest_before")
    short = F.format_string(
        "%d days after the dose before; at least %d", "days_since", "min_interval"
    )
    repeated = F.format_string("typed as dose %d after a dose %d", number, before)
    extra = (place > F.col("primary_doses")) & (F.col("injected_on") < F.lit(rules.booster_start))
    beyond = F.format_string("dose event %d; at most %d", place, F.lit(rules.max_doses))
    booster = F.format_string(
        "dose event %d of a %d-dose vaccine before boosters began", place, F.col("primary_doses")
    )
    return {
        "short_interval": F.when(F.col("days_since") < F.col("min_interval"), short),
        "dose_number_order": F.when(number <= before, repeated),
        "booster_before_start": F.when(extra, booster),
        "too_many_doses": F.when(place > rules.max_doses, beyond),
    }
