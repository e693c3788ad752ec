"""Doses entered twice and doses that cannot be: what a health station checks in its own books."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.candidates import nobody
from transforms.columns import dose_correction_id
from transforms.deduplication.contradictions import RULE
from transforms.schemas import CORRECTION, conform


def dose_cases(dispositions: DataFrame, findings: DataFrame, real: DataFrame) -> DataFrame:
    """One row per dose row that is a copy, and per kept one that breaks a rule; never both.

    A dose that may be another person's is to `review`; other rules leave dispositions alone. Doses
    that a commune said are `real` break no rule that anybody has to look at again.
    """
    rows = dispositions.select(
        "dose_id", "profile_id", "resident_id", "disposition", "duplicate_of", "doubt"
    )
    copies = rows.where(F.col("disposition") == "duplicate").withColumn(
        "evidence", F.array(F.lit("finding=duplicate"))
    )
    asked = findings.join(real, on="dose_id", how="left_anti")
    kept = rows.where(F.col("disposition") != "duplicate").withColumn(
        "disposition", F.when(F.col("doubt").isNotNull(), "review").otherwise("finding")
    )
    # Whose profile is not known anyway is asked about as a person, not dose by dose.
    told = kept.join(asked, on="dose_id", how="inner").where(
        (F.col("rule") != RULE) | F.col("doubt").isNotNull()
    )
    broken = told.groupBy(*kept.columns).agg(
        F.array_sort(F.collect_set(F.concat(F.lit("finding="), "rule"))).alias("evidence")
    )
    return copies.unionByName(broken)


def with_doses(cases: DataFrame, doses: DataFrame) -> DataFrame:
    """Each case with its dose and, for a copy, the dose that is kept."""
    dose = F.struct("dose_id", "dose_number", "injected_on", "facility_code")
    own = doses.select("dose_id", dose.alias("own"))
    kept = doses.select(F.col("dose_id").alias("duplicate_of"), dose.alias("kept"))
    # dose_id is unique in doses.
    both = cases.join(own, on="dose_id", how="inner").join(kept, on="duplicate_of", how="left")
    given = F.array_compact(F.array("own", "kept"))
    return both.withColumns(
        {
            "dose_ids": F.transform(given, lambda one: one["dose_id"]),
            "dose_numbers": F.transform(given, lambda one: one["dose_number"]),
            "injected_on": F.transform(given, lambda one: one["injected_on"]),
            "facility_codes": F.transform(given, lambda one: one["facility_code"]),
        }
    )


def dose_corrections(placed: DataFrame, persons: DataFrame) -> DataFrame:
    """The cases as corrections of class d: whose dose it is and what is wrong with it."""
    owner = persons.select("profile_id", "person_id")  # one row per profile
    none = F.lit(None).cast("string")
    told = placed.join(owner, on="profile_id", how="left").withColumns(
        {
            "correction_id": dose_correction_id(F.col("disposition"), F.col("dose_id")),
            "case_class": F.lit("d"),
            "side": F.lit("platform"),
            "evidence_grade": F.lit("D"),
            "wrong_fields": F.array().cast("array<string>"),
            "household_id": F.col("resident.household_id"),
            "doses": F.lit(1),
            "hamlet": F.lit(None),
            "candidates": nobody(),
            "stated": F.lit(None),
            "current_id_number": F.col("profile.raw_id_number"),
            "current_full_name": F.col("profile.raw_full_name"),
            "current_date_of_birth": F.col("profile.raw_date_of_birth"),
            "current_sex": none,
            "proposed_id_number": none,
            "proposed_full_name": none,
            "proposed_date_of_birth": none,
            "proposed_sex": none,
        }
    )
    return conform(told, CORRECTION)
