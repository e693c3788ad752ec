"""Correct: what each wrong profile should say instead, on which side, with which evidence."""

from functools import reduce

from pydantic import BaseModel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import correction_id
from transforms.places import PLACE, with_place
from transforms.schemas import CORRECTION, conform
from transforms.sides import with_side

CORRECTABLE = ("wrong", "recovered", "review")
FIELDS = ("id_number", "full_name", "date_of_birth", "sex")
NO_NUMBER = ("missing", "filler")
WELL_FORMED = ("cccd", "cmnd")
BIRTH = ("birth_date", "birth_year", "birth_month", "birth_precision")
# What a correction asks of either record: all of both was half of what this stage moved.
OF_PROFILE = (
    "profile_id",
    *(f"raw_{field}" for field in FIELDS),
    *("name", "name_folded", "name_decoding", "sex", "number", "number_kind", "facility_code"),
    *BIRTH,
    *PLACE,
)
OF_RESIDENT = (
    "resident_id",
    "id_number",
    "full_name",
    "name_folded",
    "sex",
    "household_id",
    *BIRTH,
    *PLACE,
)


class Correction(BaseModel, frozen=True, extra="forbid"):
    """Where evidence changes its grade, and how many witnesses put the register in doubt.

    A needs `grade_a` and a number that is the resident's own, typed right or slightly wrong;
    B needs `grade_b`, C needs `grade_c`; everything else, and every review, is D. The match
    probability is a posterior over all candidates, so a close runner-up lowers the grade by itself.
    """

    grade_a: float = 0.9999
    grade_b: float = 0.999
    grade_c: float = 0.99
    own_number: tuple[str, ...] = ("equal", "slip", "near")
    witnesses: int = 2


def of_people(dispositions: DataFrame) -> DataFrame:
    """The dispositions that a person's correction follows from.

    A doubted dose is a case of its own: `dose_cases`.
    """
    correctable = F.col("disposition").isin(*CORRECTABLE) & F.col("doubt").isNull()
    return dispositions.where(correctable)


def cases(dispositions: DataFrame, doses: DataFrame) -> DataFrame:
    """One row per profile and disposition of people, with its dose rows in time order."""
    known = doses.select("dose_id", "dose_number", "injected_on", "facility_code")
    dose = F.struct("injected_on", "dose_number", "dose_id", "facility_code")
    rows = dispositions.join(
        known,
        on="dose_id",
        how="left",  # dose_id is unique in doses
    )
    grouped = rows.groupBy("profile_id", "disposition").agg(
        F.min("resident_id").alias("resident_id"),
        F.array_sort(F.array_distinct(F.flatten(F.collect_list("wrong_fields")))).alias(
            "declared_wrong"
        ),
        F.count(F.lit(1)).alias("doses"),
        F.array_sort(F.collect_list(dose)).alias("given"),
    )
    return grouped.select(
        "profile_id",
        "disposition",
        "resident_id",
        "declared_wrong",
        "doses",
        F.col("given.dose_id").alias("dose_ids"),
        F.col("given.dose_number").alias("dose_numbers"),
        F.col("given.injected_on").alias("injected_on"),
        F.col("given.facility_code").alias("facility_codes"),
    )


def with_records(df: DataFrame, profiles: DataFrame, residents: DataFrame) -> DataFrame:
    """Each case beside its `profile` and its `resident` (null where the person is not known)."""
    told = profiles.select("profile_id", F.struct(*OF_PROFILE).alias("profile"))
    owned = residents.select("resident_id", F.struct(*OF_RESIDENT).alias("resident"))
    # profile_id and resident_id are the keys of their tables.
    return df.join(told, on="profile_id", how="left").join(owned, on="resident_id", how="left")


def with_evidence(
    df: DataFrame, links: DataFrame, verifications: DataFrame, persons: DataFrame
) -> DataFrame:
    """Each case with its person, its evidence and the owner of the number it declared."""
    link = links.select("profile_id", "match_probability", "evidence", "candidates")
    owner = verifications.select("profile_id", F.col("resident_id").alias("number_owner"))
    person = persons.select("profile_id", "person_id")
    # Each of the three has one row per profile.
    told = reduce(
        lambda df, part: df.join(part, on="profile_id", how="left"), (link, owner, person), df
    )
    counted = F.concat(F.lit("candidates="), F.col("candidates").cast("string"))
    evidence = F.coalesce("evidence", F.array().cast("array<string>"))
    is_review = (F.col("disposition") == "review") & F.col("candidates").isNotNull()
    return told.withColumn(
        "evidence", F.when(is_review, F.array_append(evidence, counted)).otherwise(evidence)
    )


def confirmed_residents(dispositions: DataFrame) -> DataFrame:
    """Residents whose record at least one dose row agrees with in every field."""
    verified = dispositions.where(F.col("disposition") == "verified")
    return verified.select("resident_id").dropna().distinct()


def corrections(
    df: DataFrame, confirmed: DataFrame, units: DataFrame, rules: Correction
) -> DataFrame:
    """One row per profile to correct: only wrong fields get a proposal, review gets none."""
    kind = F.coalesce("profile.number_kind", F.lit("missing"))
    fields = F.array_union("declared_wrong", F.array(F.lit("id_number")))
    without_number = F.col("disposition") == "recovered"
    named = df.withColumns(
        {
            "wrong_fields": F.when(without_number, fields).otherwise(F.col("declared_wrong")),
            "case_class": case_class(kind),
            "evidence_grade": evidence_grade(rules),
            "household_id": F.col("resident.household_id"),
            "correction_id": correction_id(F.col("profile_id"), F.col("resident_id")),
            "hamlet": F.lit(None),
            "candidates": F.lit(None),
            "stated": F.lit(None),
        }
    )
    sided = named.transform(with_side, confirmed, rules.witnesses)
    values = {
        f"{state}_{name}": column
        for name in FIELDS
        for state, column in (("current", current(name)), ("proposed", proposed(name)))
    }
    placed = sided.withColumns(values).transform(with_place, units)
    return conform(placed, CORRECTION)


def case_class(number_kind: Column) -> Column:
    """The class of dispatch 2262/BYT-CNTT: a no number, b malformed number, c wrong basic data."""
    malformed = ~number_kind.isin(*WELL_FORMED)
    return F.when(number_kind.isin(*NO_NUMBER), "a").when(malformed, "b").otherwise("c")


def evidence_grade(rules: Correction) -> Column:
    """A, B, C or D, as `Correction` tells; review is always D."""
    certainty = F.coalesce("match_probability", F.lit(0.0))
    known = F.col("disposition") != "review"
    own = F.array(*(F.lit(f"number={level}") for level in rules.own_number))
    own_number = F.arrays_overlap("evidence", own)
    return (
        F.when(known & own_number & (certainty >= rules.grade_a), "A")
        .when(known & (certainty >= rules.grade_b), "B")
        .when(known & (certainty >= rules.grade_c), "C")
        .otherwise("D")
    )


def current(field: str) -> Column:
    """What the vaccination platform holds, as it was typed."""
    return F.col(f"profile.raw_{field}")


def proposed(field: str) -> Column:
    """What the population register holds, if the field is wrong and the person is known."""
    registered = {
        "id_number": F.col("resident.id_number"),
        "full_name": F.col("resident.full_name"),
        "date_of_birth": written_birth("resident"),
        "sex": F.when(F.col("resident.sex") == "M", "Nam").when(F.col("resident.sex") == "F", "Nữ"),
    }
    to_correct = F.array_contains("wrong_fields", field) & (F.col("disposition") != "review")
    return F.when(to_correct, registered[field])


def written_birth(record: str) -> Column:
    """A birth date as Vietnam writes it, no more precise than it is known: dd/mm/yyyy or yyyy."""
    year = F.format_string("%04d", F.col(f"{record}.birth_year"))
    month = F.format_string("%02d/%04d", f"{record}.birth_month", f"{record}.birth_year")
    day = F.date_format(F.col(f"{record}.birth_date"), "dd/MM/yyyy")
    known_month = F.when(F.col(f"{record}.birth_precision") == "month", month)
    return F.coalesce(day, known_month, F.when(F.col(f"{record}.birth_year").isNotNull(), year))
