"""Profiles: dose rows collapsed to distinct declared identities, then standardised once each."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import aliased, changed, filled, labels
from transforms.schemas import DOSE, FACILITY, PROFILE, conform
from transforms.standardisation.contacts import places, sex, with_phone
from transforms.standardisation.dates import with_birth
from transforms.standardisation.names import with_name
from transforms.standardisation.numbers import ABSENT, USABLE, with_number

# What one person declared: rows that agree on all of it are one profile.
DECLARED = (
    "full_name",
    "date_of_birth",
    "sex",
    "id_number",
    "phone",
    "province_code",
    "district_code",
    "commune_code",
)
DOSE_SLOTS = range(1, 6)
MAJORITY = 0.5  # of a facility's profiles that must name one commune before it stands for theirs


def profile_id() -> Column:
    """A 64-bit key of the declared text as received: the same in every run."""
    return F.xxhash64(*(F.coalesce(F.col(name), F.lit("")) for name in DECLARED))


def doses(rows: DataFrame) -> DataFrame:
    """One row per dose row: the event, and the profile that it was declared under."""
    number = F.regexp_extract("dose_number", r"(\d+)", 1).try_cast("int")
    event = rows.select(
        "dose_id",
        profile_id().alias("profile_id"),
        *aliased({"province_code": places()["province_code"]}),
        number.alias("dose_number"),
        filled(F.col("vaccine")).alias("vaccine"),
        filled(F.col("lot_number")).alias("lot_number"),
        F.try_to_date(F.col("injected_on"), "yyyy-MM-dd").alias("injected_on"),
        filled(F.col("facility_code")).alias("facility_code"),
    )
    return conform(event, DOSE)


def declared_identities(rows: DataFrame) -> DataFrame:
    """One row per distinct declared text, with its dose rows counted and its dose days by number.

    Days are kept as ints so that the aggregation stays in Spark's fast hash path.
    """
    day = F.unix_date(F.try_to_date(F.col("injected_on"), "yyyy-MM-dd"))
    slots = {
        f"day_{k}": F.min(F.when(F.col("dose_number").try_cast("int") == k, day))
        for k in DOSE_SLOTS
    }
    return rows.groupBy(profile_id().alias("profile_id"), *DECLARED).agg(
        F.count("*").alias("doses"),
        F.min("facility_code").alias("facility_code"),
        *aliased(slots),
    )


def profiles(
    identities: DataFrame, vocabulary: Mapping[str, int], prefixes_2018: Mapping[str, str]
) -> DataFrame:
    """Declared identities in standard form; raw text kept, every change named in `changes`."""
    raw = identities.withColumnsRenamed({name: f"raw_{name}" for name in DECLARED[:5]})
    read = (
        raw.transform(with_name, "raw_full_name", dict(vocabulary))
        .transform(with_birth, "raw_date_of_birth")
        .transform(with_number, "raw_id_number")
        .transform(with_phone, "raw_phone", prefixes_2018)
    )
    standard = read.withColumns({"sex": sex(F.col("raw_sex")), **places(), **dose_history()})
    return conform(standard.withColumn("changes", changes()), PROFILE)


def facilities(profiles: DataFrame) -> DataFrame:
    """One row per facility: the commune that most of its profiles declare, null without a majority.

    Facilities come as bare codes; where their people live tells where they stand.
    """
    known = profiles.where(F.col("commune_code").isNotNull() & F.col("facility_code").isNotNull())
    place = F.struct("province_code", "district_code", "commune_code").alias("place")
    counted = known.groupBy("facility_code", place).agg(F.sum("doses").alias("doses"))
    commonest = F.max(F.struct("doses", "place"))
    found = counted.groupBy("facility_code").agg(
        commonest.alias("top"), F.sum("doses").alias("doses")
    )
    majority = F.col("top.doses") > F.col("doses") * MAJORITY
    return conform(
        found.select(
            "facility_code",
            "doses",
            *(
                F.when(majority, F.col(f"top.place.{unit}_code")).alias(f"facility_{unit}")
                for unit in ("province", "district", "commune")
            ),
        ),
        FACILITY,
    )


def dose_history() -> dict[str, Column]:
    """The aligned arrays dose_numbers and injected_on, in order of dose number."""
    given = [F.when(F.col(f"day_{k}").isNotNull(), F.lit(k)) for k in DOSE_SLOTS]
    days = [F.date_from_unix_date(F.col(f"day_{k}")) for k in DOSE_SLOTS]
    return {
        "dose_numbers": F.array_compact(F.array(*given)),
        "injected_on": F.array_compact(F.array(*days)),
    }


def changes() -> Column:
    """What standardising did to the typed text, as labels; order fixed."""
    typed_number = filled(F.col("raw_id_number"))
    unread_date = filled(F.col("raw_date_of_birth")).isNotNull() & F.col("birth_year").isNull()
    impossible = F.col("birth_precision").isin("month") & F.col("birth_date").isNull()
    return labels(
        changed("name:spelling", F.col("name") != F.col("raw_full_name")),
        F.concat(F.lit("name:"), F.col("name_decoding")),
        changed("date:unread", unread_date),
        changed("date:impossible_day", impossible),
        changed("number:tidied", F.col("number") != typed_number),
        changed("number:unusable", ~F.col("number_kind").isin(*USABLE, *ABSENT)),
        changed("phone:spelling", F.col("phone") != F.col("raw_phone")),
    )


def distinct_or_fail(profiles: DataFrame) -> DataFrame:
    """Keys that stand for two declared identities: empty unless a 64-bit hash collided."""
    counted = profiles.groupBy("profile_id").agg(F.count("*").alias("identities"))
    return counted.where(F.col("identities") > 1)
