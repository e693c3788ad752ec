"""What is known of each side beyond its own fields: owners, shared phones, earlier doses."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import aliased

# A phone of more households or names than this belongs to a clerk, not to a person.
CROWD_HOUSEHOLDS = 3
CROWD_NAMES = 12
DOSE_SLOTS = range(1, 5)

FIELDS = [
    "name",
    "name_folded",
    "birth_date",
    "birth_year",
    "birth_month",
    "birth_precision",
    "sex",
    "phone",
    "province_code",
    "district_code",
    "commune_code",
]
ASIDE = ("profile_id", "facility_code")


def profile_evidence(
    profiles: DataFrame, verifications: DataFrame, phones: DataFrame, facilities: DataFrame
) -> DataFrame:
    """(profile_id, p): one struct with all that a comparison asks of a profile."""
    owner = verifications.select(
        "profile_id",
        F.col("resident_id").alias("owner_id"),
        F.col("household_id").alias("owner_household_id"),
    )
    number_is_phone = F.when(F.col("number_kind") == "phone", F.col("number_digits"))
    stated = profiles.join(owner, on="profile_id", how="inner").select(
        "profile_id",
        "facility_code",
        *(name for name in FIELDS if name != "phone"),
        F.coalesce("phone", number_is_phone).alias("phone"),
        "number_kind",
        "number",
        "number_digits",
        "number_repairs",
        "owner_id",
        "owner_household_id",
        *aliased(dose_days()),
    )
    used = phones.select(
        "phone",
        F.col("crowded").alias("phone_crowded"),
        (F.col("households") > 0).alias("phone_held"),
    )
    known = stated.join(used, on="phone", how="left").transform(with_facility_place, facilities)
    of_profile = [name for name in known.columns if name not in ASIDE]
    return known.select("profile_id", F.struct(*of_profile).alias("p"))


def with_facility_place(profiles: DataFrame, facilities: DataFrame) -> DataFrame:
    """Adds where the profile's facility stands; null when its people come from all over."""
    places = facilities.select("facility_code", "facility_commune", "facility_province")
    return profiles.join(F.broadcast(places), on="facility_code", how="left")


def resident_evidence(residents: DataFrame, held: DataFrame) -> DataFrame:
    """(resident_id, r): one struct with all that a comparison asks of a resident.

    `held` are the verified profiles with their owners: their phones and doses are the resident's.
    """
    days = [F.min(f"day_{k}").alias(f"day_{k}") for k in DOSE_SLOTS]
    history = held.groupBy("resident_id").agg(
        *days, F.collect_set("phone").alias("verified_phones")
    )
    # Only the ids meet the households: what is wide crosses the network once, by resident.
    at_home = (
        residents.select("resident_id", "household_id")
        .join(households(residents, held), on="household_id", how="inner")
        .drop("household_id")
    )
    of_resident = F.struct(
        *(name for name in FIELDS if name != "name_folded"),
        "id_number",
        "old_id_number",
        "household_id",
        "verified_phones",
        "household_phones",
        "household_names",
        *(f"day_{k}" for k in DOSE_SLOTS),
    )
    return (
        residents.join(history, on="resident_id", how="left")
        .join(at_home, on="resident_id", how="left")
        .select("resident_id", of_resident.alias("r"))
    )


def held_profiles(profiles: DataFrame, verifications: DataFrame) -> DataFrame:
    """Verified profiles with owner, household, phone and dose days: what residents already hold."""
    verified = verifications.where(F.col("verdict") == "verified").select(
        "profile_id", "resident_id", "household_id"
    )
    return profiles.select("profile_id", "phone", *aliased(dose_days())).join(
        verified, on="profile_id", how="inner"
    )


def phone_use(residents: DataFrame, held: DataFrame, profiles: DataFrame) -> DataFrame:
    """(phone, households, crowded): who is reached by a phone, and whether it is nobody's own.

    `households` counts registered and verified ones; a crowded phone says nothing about anybody.
    """
    uses = (
        uses_of_phones(residents, "household_id")
        .unionByName(uses_of_phones(held, "household_id"))
        .unionByName(uses_of_phones(profiles, "name_folded"))
    )
    # Brought together by phone once: who uses it is told apart and counted where it then lies.
    told_apart = uses.repartition("phone").distinct()
    counted = told_apart.groupBy("phone").agg(
        F.count_if(F.col("kind") == "household_id").alias("households"),
        F.count_if(F.col("kind") == "name_folded").alias("names"),
    )
    crowded = (F.col("households") >= CROWD_HOUSEHOLDS) | (F.col("names") > CROWD_NAMES)
    return counted.select("phone", "households", crowded.alias("crowded"))


def uses_of_phones(rows: DataFrame, kind: str) -> DataFrame:
    """(phone, kind, used_by): whose phone it is, as a key that is narrow on its way."""
    return rows.where(F.col("phone").isNotNull() & F.col(kind).isNotNull()).select(
        "phone", F.lit(kind).alias("kind"), F.xxhash64(kind).alias("used_by")
    )


def households(residents: DataFrame, held: DataFrame) -> DataFrame:
    """One row per household: names of its members, and phones of theirs, registered or verified.

    Crowded phones are among them: a profile that gives one is `missing` a phone to begin with.
    """
    members = residents.select("household_id", "phone", "name_folded")
    verified = held.select("household_id", "phone", F.lit(None).alias("name_folded"))
    used = members.unionByName(verified).where(F.col("household_id").isNotNull())
    return used.groupBy("household_id").agg(
        F.collect_set("phone").alias("household_phones"),
        F.collect_set("name_folded").alias("household_names"),
    )


def dose_days() -> dict[str, Column]:
    """Columns day_1 … day_4: days since 1970 of the dose with that number, null if none."""
    return {
        f"day_{k}": F.unix_date(
            F.get("injected_on", F.nullif(F.array_position("dose_numbers", k), F.lit(0)) - 1)
        )
        for k in DOSE_SLOTS
    }
