"""Whose pairs are weighed otherwise for what others say, though both records are as before: doses
and phones of a candidate's verified profiles, what is known at a candidate's home, and the users of
a phone (`transforms/scoring/evidence.py`).
"""

from functools import partial

import polars as pl

from jobs.few import few
from jobs.narrowed import among_keys
from jobs.together import together
from jobs.updating.day import Day, Told, united
from transforms import touched
from transforms.hashing import hash_of
from transforms.kernels import chosen
from transforms.scoring import evidence

PHONES = ("phone", "number_digits")  # of a profile, either may be the phone that it gives
OF_USERS = (*touched.CALLED_BY, "name_folded")
KNOWN = ("verdict", "household_id")


def by_evidence(day: Day, verdicts: Told) -> pl.Series:
    """All such profiles; `verdicts` are of whatever was verified again."""
    others = united(day.stated, verdicts.otherwise["profile_id"])
    stated = day.told("profiles", day.keys("profile_id", others), *OF_USERS)
    held = Told(*(of_verified(*both) for both in zip(stated, verdicts, strict=True)))
    parts = partial(by_candidate, day, verdicts, held), partial(by_phone, day, verdicts, stated)
    return united(*together(day.run.tables.spark, *parts))


def of_verified(stated: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """(profile_id, household_id, phone) of the verified ones: whose household the phone is."""
    known = verdicts.filter(verdict="verified")
    return stated.join(known, on="profile_id").select("profile_id", "household_id", "phone")


def by_candidate(day: Day, verdicts: Told, held: Told) -> pl.Series:
    """Profiles with a candidate who is a resident of the day, or holds a profile that changed; and
    those who say what is said no more at a candidate's home, or was not said before: a name, a
    birth date or a phone of one who lives there.
    """
    direct = united(day.residents, holders(day, verdicts))
    said = said_otherwise(day, held)
    homes = day.keys("household_id", said["household_id"])
    living = chosen(day.draft.read("residents"), *touched.LIVING)
    members = few(among_keys(living, homes))
    candidates = day.keys("resident_id", direct, members["resident_id"])
    pairs = day.before("candidate_pairs", candidates, "profile_id")
    at_home = pairs.join(members, on="resident_id")
    ids = day.keys("profile_id", at_home["profile_id"])
    own = touched.said_by_profiles(day.now("profiles", ids, *touched.CALLED_BY, *touched.AT_HOME))
    there = at_home.join(said, on="household_id").join(own, on=["profile_id", "said"], how="semi")
    own_pairs = pairs.filter(pl.col("resident_id").is_in(direct.implode()))
    return united(own_pairs["profile_id"], there["profile_id"])


def holders(day: Day, verdicts: Told) -> pl.Series:
    """The residents of verified profiles that changed, as they were and as they are."""
    now = day.now("verifications", day.keys("profile_id", day.changed), *verdicts.now.columns)
    told = pl.concat([verdicts.otherwise, now.select(verdicts.before.columns)])
    return told.filter(verdict="verified")["resident_id"]


def said_otherwise(day: Day, held: Told) -> pl.DataFrame:
    """(household_id, said) of what the day's residents and the profiles in `held` say at one time
    alone.
    """
    ways = [
        pl.concat([touched.said_at_home(people), touched.said_at_home(profiles)]).unique()
        for people, profiles in zip(day.people, held, strict=True)
    ]
    return Told(*ways).otherwise


def by_phone(day: Day, verdicts: Told, stated: Told) -> pl.Series:
    """Profiles of whose phone something else is known, whether some household has it or whether it
    is nobody's own: of phones of profiles that come, go or are verified otherwise, and of the day's
    residents.
    """
    given = day.people.otherwise["phone"], *(rows["phone"] for rows in stated)
    phones = day.keys("phone", *given)
    callers = few(among_keys(chosen(day.draft.read("profiles"), *OF_USERS), phones, *PHONES))
    owners = day.before("residents", phones, "resident_id", "household_id")
    known = day.now("verifications", day.keys("profile_id", callers["profile_id"]), *KNOWN)
    before = users(
        owners,
        others_and(stated.before, callers, stated.now["profile_id"]),
        others_and(verdicts.before, known, verdicts.now["profile_id"]),
    )
    now = users(others_and(day.people.now, owners, day.residents), callers, known)
    opened = callers.join(known.filter(verdict="verified"), on="profile_id", how="anti")
    asked = evidence.with_hashes(opened).select("profile_id", phone="given_phone").drop_nulls()
    return Told(*(evidence.reached(some, asked) for some in (before, now))).otherwise["profile_id"]


def others_and(rows: pl.DataFrame, known: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """These rows in place of those that are known by one of the ids."""
    others = known.filter(~pl.col(ids.name).is_in(ids.implode()))
    return pl.concat([others, rows.select(known.columns)])


def users(people: pl.DataFrame, profiles: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Who uses which phone (phone, by_household, user), as pairs are weighed by it."""
    registered = people.with_columns(phone=hash_of(pl.col("phone")))
    calling = evidence.with_hashes(profiles)
    held = calling.join(verdicts.filter(verdict="verified"), on="profile_id")
    return pl.concat(
        [
            evidence.uses(registered, "household_id"),
            evidence.uses(held, "household_id"),
            evidence.uses(calling, "name_hash"),
        ]
    )
