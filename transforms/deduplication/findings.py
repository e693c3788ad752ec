"""Findings: dose events that break a rule of the vaccine, the campaign or life itself."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.columns import aliased
from transforms.deduplication.events import DoseRules
from transforms.deduplication.vaccines import Vaccines, licence
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
    licensed = known.withColumn("licence", licence(F.col("vaccine"), vaccines))
    broken = {**life_rules(), **campaign_rules(rules), **sequence_rules(rules)}
    told = licensed.withColumns(in_sequence(rules)).select("dose_id", *aliased(broken))
    # Nearly all events break nothing: they go before anything is built of the rest.
    some = told.where(F.coalesce(*broken).isNotNull())
    named = [F.struct(F.lit(rule).alias("rule"), F.col(rule).alias("detail")) for rule in broken]
    found = some.select("dose_id", F.inline(F.array(*named)))
    return conform(found.where(F.col("detail").isNotNull()), FINDING)


def in_sequence(rules: DoseRules) -> dict[str, Column]:
    """What each event is after: its place, the dose before, the numbers so far."""
    in_time = Window.partitionBy("person_id").orderBy("injected_on", "dose_id")
    before = in_time.rowsBetween(Window.unboundedPreceding, -1)
    interval = F.lag("licence.min_interval_days").over(in_time)
    return {
        "place": F.row_number().over(in_time),
        "days_since": F.datediff("injected_on", F.lag("injected_on").over(in_time)),
        "min_interval": F.coalesce(interval, F.lit(rules.min_interval_days)),
        "highest_before": F.max("dose_number").over(before),
        "primary_doses": F.first_value("licence.primary_doses").over(in_time),
    }


def life_rules() -> dict[str, Column]:
    """Rule → detail where it is broken, else null: birth, age, death."""
    on = F.col("injected_on")
    exact = F.col("birth_precision") == "day"
    # Of a year alone the benefit of the doubt: as old as one can be.
    oldest = F.year(on) - F.col("birth_year")
    age = F.when(exact, F.floor(F.months_between(on, "birth_date") / 12)).otherwise(oldest)
    open_then = F.filter("licence.age_starts", lambda s: s["start"] <= F.col("injected_on"))
    least = F.array_min(F.transform(open_then, lambda s: s["age"]))
    unborn = F.when(exact, on < F.col("birth_date")).otherwise(oldest < 0)
    young = F.format_string("under %d years, the age start on that day", least)
    days_dead = F.datediff(on, "died_on")
    dead = F.format_string("%d days after the recorded death", days_dead)
    return {
        "before_birth": F.when(unborn, F.lit("before the birth date")),
        "under_age": F.when(~unborn & (age < least), young),
        "after_death": F.when(days_dead > 0, dead),
    }


def campaign_rules(rules: DoseRules) -> dict[str, Column]:
    """Rule → detail where it is broken, else null: label, approval, start of the campaign."""
    on = F.col("injected_on")
    days_early = F.datediff("licence.approved_on", on)
    unknown = F.col("vaccine").isNotNull() & F.col("licence").isNull()
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
