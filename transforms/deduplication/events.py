"""Dose events: one per administered dose, however often it was typed in."""

from datetime import date

from pydantic import BaseModel, Field
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.deduplication.vaccines import Vaccines, label_key
from transforms.schemas import DOSE_EVENT, conform


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
    rows: DataFrame, real: DataFrame, vaccines: Vaccines, rules: DoseRules
) -> DataFrame:
    """One row per administered dose; every one of the dose `rows` is in exactly one event.

    Rows of one person are one dose when the vaccine is the same (or one row names none) and the
    days are at most `same_dose_days` apart; what was typed as dose number plays no part. The row
    that stays is one of a verified profile if there is one, then the one entered first. A row that
    people said is `real` is a dose by itself, whatever is beside it.
    """
    grouped = rows.transform(with_runs, rules).transform(with_vaccine, vaccines)
    single = real.select("dose_id", F.col("dose_id").alias("alone"))  # one row per dose
    told = grouped.join(F.broadcast(single), on="dose_id", how="left")
    events = told.groupBy("person_id", "run", "part", "given", "alone").agg(
        F.min(preference()).alias("kept"),
        F.count("*").alias("dose_rows"),
        F.array_sort(F.collect_list("dose_id")).alias("dose_ids"),
    )
    kept = events.select("person_id", "dose_rows", "dose_ids", "kept.*")
    return conform(kept.withColumn("event_id", F.concat(F.lit("E-"), "dose_id")), DOSE_EVENT)


def entered(doses: DataFrame, persons: DataFrame, verifications: DataFrame) -> DataFrame:
    """Dose rows with their person and whether their profile is verified."""
    # Both have one row per profile.
    person = persons.select("profile_id", "person_id")
    unverified = (F.col("verdict") != "verified").alias("unverified")
    verdict = verifications.select("profile_id", unverified)
    return doses.join(person, on="profile_id", how="inner").join(
        verdict, on="profile_id", how="left"
    )


def with_runs(rows: DataFrame, rules: DoseRules) -> DataFrame:
    """`run`: a person's rows in time, cut where days lie between; `part` cuts one that is too long.

    A row without a day is a run by itself.
    """
    in_time = Window.partitionBy("person_id").orderBy("injected_on", "dose_id")
    days = F.datediff("injected_on", F.lag("injected_on").over(in_time))
    begins = F.coalesce((days > rules.same_dose_days).cast("int"), F.lit(1))
    numbered = rows.withColumn("begins", begins).withColumn("run", F.sum("begins").over(in_time))
    start = F.min("injected_on").over(Window.partitionBy("person_id", "run"))
    part = F.floor(F.datediff("injected_on", start) / (rules.max_event_days + 1))
    return numbered.withColumn("part", part)


def with_vaccine(rows: DataFrame, vaccines: Vaccines) -> DataFrame:
    """`given`: the vaccine's key; a row that names none is of the least key in its run."""
    keyed = rows.withColumn("key", label_key(F.col("vaccine"), vaccines))
    in_run = Window.partitionBy("person_id", "run")
    return keyed.withColumn("given", F.coalesce("key", F.min("key").over(in_run)))


def preference() -> Column:
    """The row with its rank first: verified, then entered first, as ids count upwards."""
    return F.struct(
        "unverified",
        F.length("dose_id").alias("id_length"),
        "dose_id",
        "dose_number",
        "vaccine",
        "lot_number",
        "injected_on",
        "facility_code",
    )
