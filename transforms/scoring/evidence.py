"""What is known of each side beyond its own fields: owners, shared phones, earlier doses.

Each function is a kernel of rows that were brought together: by profile, by phone, by household.
"""

import polars as pl

from transforms.codes import CODE, PRECISION, SEX
from transforms.exchange import Kind
from transforms.hashing import hash_of, hashed

# A phone of so many households, or of more names than this, belongs to a clerk, not to a person.
CROWD_HOUSEHOLDS = 3
CROWD_NAMES = 12
COMPARED_DOSES = range(1, 5)  # a fifth is kept in profiles, but by April 2022 nobody was due one

TEXT, TEXTS = pl.String(), pl.List(pl.String())
# What is only asked whether it is the same, phones and whole names, goes as a hash of it.
HASH, HASHES = pl.UInt64(), pl.List(pl.UInt64())
BIRTH = {
    "birth_date": pl.Date(),
    "birth_year": pl.Int32(),
    "birth_month": pl.Int32(),
    "birth_precision": PRECISION,
}
PLACE = {"province_code": CODE, "district_code": CODE, "commune_code": CODE}
ASIDE = ("resident_id", "name_folded")
STATED = {"name": TEXT, "name_folded": TEXT, **BIRTH, "sex": SEX, "phone": HASH, **PLACE}
# Days since 1970 of the dose with that number, null if there is none.
DAYS = {f"day_{k}": pl.Int32() for k in COMPARED_DOSES}
OWNED = {"resident_id": TEXT, "household_id": TEXT}

_PROFILE: dict[str, pl.DataType] = {
    "profile_id": pl.Int64(),
    **STATED,
    "facility_code": TEXT,
    "number_kind": TEXT,
    "number": TEXT,
    "number_digits": TEXT,
    "number_repairs": TEXTS,
    **DAYS,
    "name_hash": HASH,
    "given_phone": HASH,
}
MADE = ("name_hash", "given_phone", *DAYS)  # of a profile's columns
PROFILE = Kind("profile", pl.Schema(_PROFILE), key="profile_id")
VERDICT = Kind(
    "verdict",
    pl.Schema({"profile_id": pl.Int64(), "verdict": TEXT, "asks": pl.Boolean(), **OWNED}),
    key="profile_id",
)
RESIDENT = Kind(
    "resident",
    pl.Schema({**OWNED, **STATED, "name_folded": HASH, "id_number": TEXT, "old_id_number": TEXT}),
    key="household_id",
    otherwise="resident_id",
)
# A verified profile, whose phone and doses are its resident's.
HELD = Kind(
    "held", pl.Schema({**OWNED, "phone": HASH, **DAYS}), key="household_id", otherwise="resident_id"
)
# A profile that pairs are made of, with the owner of its number.
ASKING = Kind("asking", pl.Schema({**_PROFILE, **OWNED}), key="profile_id")
# Whose phone it is: a household's, or somebody's of this name.
USE = Kind(
    "use",
    pl.Schema({"phone": HASH, "by_household": pl.Boolean(), "user": HASH}),
    key="phone",
)
ASKED_PHONE = Kind("asked_phone", pl.Schema({"phone": HASH, "profile_id": pl.Int64()}), key="phone")
REACHED = Kind(
    "reached",
    pl.Schema(
        {"profile_id": pl.Int64(), "phone_held": pl.Boolean(), "phone_crowded": pl.Boolean()}
    ),
    key="profile_id",
)
_HOUSEHOLD = {
    "household_phones": HASHES,
    "household_names": HASHES,
    "household_births": pl.List(pl.Date()),
}
# What comparisons ask of a resident.
R = pl.Struct(
    {name: kind for name, kind in RESIDENT.columns.items() if name not in ASIDE}
    | {**DAYS, "verified_phones": HASHES, **_HOUSEHOLD}
)


def of_profiles(stated: pl.DataFrame) -> pl.DataFrame:
    """Profiles as they are compared: adds what is `MADE` of their columns."""
    return with_hashes(with_dose_days(stated))


def with_hashes(profiles: pl.DataFrame) -> pl.DataFrame:
    """Adds `name_hash` and `given_phone`; `phone` becomes a hash as well."""
    return profiles.with_columns(
        name_hash=hash_of(pl.col("name_folded")),
        given_phone=hash_of(given_phone()),
        phone=hash_of(pl.col("phone")),
    )


def of_residents(stated: pl.DataFrame) -> pl.DataFrame:
    """Residents as profiles are compared with them: phones and folded names as hashes."""
    return stated.with_columns(hash_of(pl.col(name)) for name in ("phone", "name_folded"))


def with_dose_days(profiles: pl.DataFrame) -> pl.DataFrame:
    """Adds day_1 … day_4, read from the aligned lists `dose_numbers` and `injected_on`."""
    slots = range(int(profiles["dose_numbers"].list.len().max() or 0))  # type: ignore[arg-type]
    numbers = [pl.col("dose_numbers").list.get(at, null_on_oob=True) for at in slots]
    days = [pl.col("injected_on").list.get(at, null_on_oob=True).cast(pl.Int32) for at in slots]
    return profiles.with_columns(
        pl.coalesce(
            pl.lit(None, dtype=pl.Int32),
            *(pl.when(n == k).then(day) for n, day in zip(numbers, days, strict=True)),
        ).alias(f"day_{k}")
        for k in COMPARED_DOSES
    )


def held(profiles: pl.DataFrame) -> pl.DataFrame:
    """Verified profiles: what residents already hold. `profiles` come with their verdicts."""
    return profiles.filter(pl.col("verdict") == "verified")


def asking(profiles: pl.DataFrame) -> pl.DataFrame:
    """Profiles that pairs are made of."""
    return profiles.filter("asks").with_columns(phone="given_phone")


def given_phone() -> pl.Expr:
    """The phone of a profile; a number that is a phone in truth is read as one."""
    number_is_phone = pl.when(pl.col("number_kind") == "phone").then("number_digits")
    return pl.coalesce("phone", number_is_phone)


def uses(rows: pl.DataFrame, user: str) -> pl.DataFrame:
    """Who uses a phone, `household_id` or a name, once each."""
    known = rows.select("phone", user).drop_nulls().unique()
    return known.select(
        "phone",
        pl.lit(user == "household_id").alias("by_household"),
        pl.Series("user", hashed(known[user])),
    )


def reached(uses: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Of each asking profile's phone: whether a household has it, and whether it is nobody's own.

    Registered and verified households count. A crowded phone says nothing about anybody.
    """
    users = uses.join(asked, on="phone", how="semi").unique()
    counted = users.group_by("phone").agg(
        households=pl.sum("by_household"), names=(~pl.col("by_household")).sum()
    )
    crowded = (pl.col("households") >= CROWD_HOUSEHOLDS) | (pl.col("names") > CROWD_NAMES)
    told = counted.select(
        "phone", (pl.col("households") > 0).alias("phone_held"), crowded.alias("phone_crowded")
    )
    return asked.join(told, on="phone", how="inner").drop("phone")


def residents(wanted: pl.DataFrame, everybody: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """(resident_id, r): one struct with all that a comparison asks of a resident.

    Of every household of a wanted one, all members and all that they hold must be there.
    """
    theirs, members, held_there = (
        rows.join(wanted, on=key, how="semi")
        for rows, key in (
            (held, "resident_id"),
            (everybody, "household_id"),
            (held, "household_id"),
        )
    )
    days = [pl.min(name) for name in DAYS]
    history = theirs.group_by("resident_id").agg(*days, verified_phones=distinct("phone"))
    known = wanted.join(households(members, held_there), on="household_id", how="left")
    whole = known.join(history, on="resident_id", how="left")
    return whole.select("resident_id", pl.struct(field.name for field in R.fields).alias("r"))


def households(residents: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """One row per household: names and birth dates of its members, and phones of theirs,
    registered or verified.

    Crowded phones are among them: a profile that gives one is `missing` a phone to begin with.
    """
    known_date = pl.when(pl.col("birth_precision") == "day").then("birth_date")
    members = residents.select("household_id", "phone", "name_folded", birth_date=known_date)
    used = pl.concat([members, held.select("household_id", "phone")], how="diagonal")
    known = used.filter(pl.col("household_id").is_not_null()).group_by("household_id")
    return known.agg(
        household_phones=distinct("phone"),
        household_names=distinct("name_folded"),
        household_births=distinct("birth_date"),
    )


def distinct(name: str) -> pl.Expr:
    """The values of a group, once each."""
    return pl.col(name).drop_nulls().unique()


def profiles(asking: pl.DataFrame, reached: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """(profile_id, p): one struct with all that a comparison asks of a profile."""
    owner = {"owner_id": "resident_id", "owner_household_id": "household_id"}
    coded = facilities.with_columns(pl.col("facility_commune", "facility_province").cast(CODE))
    placed = with_facility_place(asking, coded)
    known = placed.join(reached, on="profile_id", how="left").select(
        pl.exclude("facility_code", *owner.values()),
        **{name: pl.col(column) for name, column in owner.items()},
    )
    return known.select("profile_id", pl.struct(pl.exclude("profile_id")).alias("p"))


def with_facility_place(profiles: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """Adds where the profile's facility stands; null when its people come from all over."""
    places = facilities.select("facility_code", "facility_commune", "facility_province")
    return profiles.join(places, on="facility_code", how="left")
