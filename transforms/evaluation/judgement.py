"""Dose rows beside their truth: linked or not, rightly or not, and could it have been known?"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.evaluation.difficulties import NONE
from transforms.subgroups import age_band, name_group

# A dose row with one of these and a resident is linked to that resident.
LINKED = ("verified", "wrong", "recovered", "duplicate")
DIMENSIONS = (
    "truth_class",
    "trap",
    "disposition",
    "number_kind",
    "sex",
    "age_band",
    "birth_precision",
    "name_group",
    "province_code",
)


def judged_rows(dispositions: DataFrame, truth: DataFrame, profiles: DataFrame) -> DataFrame:
    """One row per dose row of the truth: was it linked, rightly, and could it have been?

    `truth` has one row per dose, `dispositions` too; a row that got no disposition (refused by
    ingest) is one that was not linked. Subgroups are those of the profile as declared.
    """
    decided = dispositions.select(
        "dose_id",
        "profile_id",
        "disposition",
        F.when(F.col("disposition").isin(*LINKED), F.col("resident_id")).alias("found"),
    )
    declared = profiles.select("profile_id", *(c.alias(name) for name, c in subgroups().items()))
    known = truth_rows(truth).join(decided, on="dose_id", how="left")
    grouped = known.join(declared, on="profile_id", how="left")
    named = {name: F.coalesce(F.col(name).cast("string"), F.lit(NONE)) for name in DIMENSIONS}
    same = F.col("found").eqNullSafe(F.col("true_resident"))
    return grouped.select(
        *(column.alias(name) for name, column in named.items()),
        F.col("true_resident").isNotNull().alias("in_register"),
        F.col("found").isNotNull().alias("linked"),
        (F.col("found").isNotNull() & same).alias("right"),
        "resolvable",
    )


def subgroups() -> dict[str, Column]:
    """Of a profile as declared: sex, age band, province, name group, number kind, precision."""
    plain = ("sex", "birth_precision", "number_kind", "province_code")
    told = {"age_band": age_band(), "name_group": name_group()}
    return {name: F.col(name) for name in plain} | told


def truth_rows(truth: DataFrame) -> DataFrame:
    """The truth with `resolvable` told: as stated, or else by the class and the register."""
    present = {name: F.col(name) for name in truth.columns}
    text = {name: present.get(name, F.lit(None)).cast("string") for name in ("truth_class", "trap")}
    in_register = F.col("resident_id").isNotNull()
    said = F.coalesce(F.lower(text["truth_class"]), F.lit(""))
    by_class = in_register & ~F.contains(said, F.lit("unresolv"))
    stated = F.lower(present.get("resolvable", F.lit(None)).cast("string")).isin("true", "1")
    return truth.select(
        "dose_id",
        F.col("resident_id").alias("true_resident"),
        *(column.alias(name) for name, column in text.items()),
        F.coalesce(stated & in_register, by_class).alias("resolvable"),
    )


def double_entries(dispositions: DataFrame, truth: DataFrame) -> DataFrame:
    """One row: double entries there are, were called, and were called rightly.

    A call is right when both rows are of one administered dose, whichever was called the copy.
    """
    original = truth["duplicate_of"] if "duplicate_of" in truth.columns else F.lit(None)
    of_event = truth.select(
        "dose_id",
        F.coalesce(original, "dose_id").alias("event"),
        original.isNotNull().alias("is_copy"),
    )
    called = dispositions.where(F.col("disposition") == "duplicate").select(
        "dose_id", "duplicate_of", F.lit(True).alias("is_called")
    )
    copy_of = of_event.select(
        F.col("dose_id").alias("duplicate_of"), F.col("event").alias("called_event")
    )
    rows = of_event.join(called, on="dose_id", how="left").join(
        copy_of, on="duplicate_of", how="left"
    )
    return rows.agg(
        F.count_if("is_copy").alias("actual"),
        F.count("is_called").alias("called"),
        F.count_if(F.col("called_event") == F.col("event")).alias("right"),
    )
