"""Evaluation: dispositions against a known truth, as counts from which every figure follows."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# A dose row with one of these and a resident is linked to that resident.
LINKED = ("verified", "wrong", "recovered", "duplicate")
USABLE_NUMBER = ("cccd", "cmnd")
# The state of April 2022, for which ages are told.
AS_OF_YEAR = 2022
AGE_BANDS = ((12, "0-11"), (18, "12-17"), (30, "18-29"), (50, "30-49"), (65, "50-64"))
# Surnames of the Tày, Nùng, Thái, Hmông, Khmer and peoples of the highlands that few Kinh share.
MINORITY_SURNAMES = (
    *("BE", "CA", "CAM", "DANH", "DEO", "DIEU", "EBAN", "GIANG", "H", "KSOR", "LO", "LUC", "MA"),
    *("MUA", "NIE", "NONG", "QUANG", "RMAH", "ROCOM", "SAM", "SIU", "SUNG", "THACH", "THAO"),
    *("TONG", "TRIEU", "VANG", "VI", "Y"),
)
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
COUNTS = (
    "rows",
    "in_register",
    "linked",
    "outside_linked",
    "right",
    "resolvable",
    "resolvable_linked",
    "resolvable_right",
)
NONE = "(none)"


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
    known = truth_rows(truth).join(decided, on="dose_id", how="left")
    grouped = known.join(profiles.select("profile_id", *subgroups()), on="profile_id", how="left")
    named = {name: F.coalesce(F.col(name).cast("string"), F.lit(NONE)) for name in DIMENSIONS}
    same = F.col("found").eqNullSafe(F.col("true_resident"))
    return grouped.select(
        *(column.alias(name) for name, column in named.items()),
        F.col("true_resident").isNotNull().alias("in_register"),
        F.col("found").isNotNull().alias("linked"),
        (F.col("found").isNotNull() & same).alias("right"),
        "resolvable",
    )


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


def subgroups() -> list[Column]:
    """Of a profile: who could be served worse than others."""
    age = AS_OF_YEAR - F.col("birth_year")
    band = F.when(age >= AGE_BANDS[-1][0], F.lit("65+"))
    for below, name in reversed(AGE_BANDS):
        band = F.when(age < below, F.lit(name)).otherwise(band)
    surname = F.col("surname_folded")
    group = (
        F.when(surname.isin(*MINORITY_SURNAMES), "minority")
        .when(surname == "NGUYEN", "Nguyễn")
        .when(surname.isNotNull(), "other")
    )
    plain = [F.col(n) for n in ("sex", "birth_precision", "number_kind", "province_code")]
    return [*plain, band.alias("age_band"), group.alias("name_group")]


def counted(judged: DataFrame) -> DataFrame:
    """Counts per value of every dimension, per class and disposition, and of all (`all`).

    Rows are first counted per combination of all dimensions, so that they are read once.
    """
    resolvable = F.col("resolvable")
    without_number = ~F.col("number_kind").isin(*USABLE_NUMBER)
    counts = {
        "in_register": F.col("in_register"),
        "linked": F.col("linked"),
        "outside_linked": F.col("linked") & ~F.col("in_register"),
        "right": F.col("right"),
        "resolvable": resolvable,
        "resolvable_linked": resolvable & F.col("linked"),
        "resolvable_right": resolvable & F.col("right"),
    }
    cells = judged.groupBy(*DIMENSIONS).agg(
        F.count("*").alias("rows"), *(F.count_if(c).alias(name) for name, c in counts.items())
    )
    both = F.concat_ws("|", "truth_class", "disposition")
    number = F.when(without_number, "without").otherwise("with")
    groups = {"all": F.lit("all"), "confusion": both, "usable_number": number}
    named = groups | {name: F.col(name) for name in DIMENSIONS}
    pairs = [F.struct(F.lit(name).alias("group"), c.alias("value")) for name, c in named.items()]
    spread = cells.select(F.explode(F.array(*pairs)).alias("of"), *COUNTS)
    sums = [F.sum(name).alias(name) for name in COUNTS]
    return spread.groupBy("of.group", "of.value").agg(*sums)


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
        "dose_id", "duplicate_of"
    )
    copy_of = of_event.select(
        F.col("dose_id").alias("duplicate_of"), F.col("event").alias("called_event")
    )
    rows = of_event.join(called, on="dose_id", how="left").join(
        copy_of, on="duplicate_of", how="left"
    )
    return rows.agg(
        F.count_if("is_copy").alias("actual"),
        F.count("duplicate_of").alias("called"),
        F.count_if(F.col("called_event") == F.col("event")).alias("right"),
    )


def wilson(successes: int, trials: int, z: float = 1.959964) -> tuple[float, float] | None:
    """The 95 % interval of a share (Wilson 1927); None where there was no trial."""
    if trials == 0:
        return None
    share, square = successes / trials, z * z
    centre = share + square / (2 * trials)
    spread = z * ((share * (1 - share) + square / (4 * trials)) / trials) ** 0.5
    scale = 1 + square / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
