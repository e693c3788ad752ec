"""Candidate pairs brought together with what is known of both sides, and compared."""

from typing import NamedTuple

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.exchange import Kind, brought_together, sent, still
from transforms.kernels import applied_to_tasks
from transforms.packing import CELLS, packed
from transforms.scoring import evidence
from transforms.scoring.levels import NameEvidence, compared


class Registers(NamedTuple):
    """What pairs are compared by.

    Of `verdicts`, those that `asks` marks are of the profiles in pairs; verified ones tell what
    residents hold. `facilities` are few, and tell where each stands.
    """

    profiles: DataFrame
    verdicts: DataFrame
    residents: DataFrame
    facilities: pl.DataFrame


# A pair, and the names of the rules that found it in one text: few texts, of which each is known by
# its number. Anchors were found by none.
PAIR = Kind(
    "pair",
    pl.Schema({"profile_id": pl.Int64(), "resident_id": pl.String(), "rules": pl.Categorical()}),
    key="resident_id",
)
APART = "\x1f"
KNOWN = Kind("known", pl.Schema({"resident_id": pl.String(), "r": evidence.R}), key="resident_id")
BESIDE = Kind("beside", pl.Schema({**PAIR.columns, "r": evidence.R}), key="profile_id")


def compared_pairs(
    pairs: DataFrame, registers: Registers, names: NameEvidence, segments: int
) -> DataFrame:
    """Each pair's levels, and the rarity of the agreeing part of its name, in cells.

    All of a profile's pairs are in one cell. What must meet is brought together step by step: by
    profile, then by household and by phone, then by resident, then by profile again.
    """
    facilities = registers.facilities

    def claimed(cells: pl.DataFrame) -> pl.DataFrame:
        return of_claims(cells, segments)

    def settled(cells: pl.DataFrame) -> pl.DataFrame:
        return of_households_and_phones(cells, segments)

    def met(cells: pl.DataFrame) -> pl.DataFrame:
        return of_residents(cells, segments)

    def judged(cells: pl.DataFrame) -> pl.DataFrame:
        return packed({0: compared(both_sides(cells, facilities), names)})

    profiles = brought_together(sent_profiles(registers, segments), segments, claimed)
    people = profiles.unionByName(sent_residents(registers.residents, segments))
    known = brought_together(people, segments, settled)
    found = pairs.withColumn("rules", F.array_join("rules", APART))
    candidates = known.unionByName(sent(found, PAIR, segments))
    beside = brought_together(candidates, segments, met)
    return brought_together(beside, segments, judged)


def sent_profiles(registers: Registers, segments: int) -> DataFrame:
    """Profiles and their verdicts, on their way to each other."""

    def kernel(task: pl.DataFrame) -> pl.DataFrame:
        return evidence.PROFILE.sent(evidence.with_dose_days(task), segments)

    stated = [name for name in evidence.PROFILE.columns if name not in evidence.DAYS]
    profiles = registers.profiles.select(*stated, "dose_numbers", "injected_on")
    return applied_to_tasks(profiles, kernel, CELLS).unionByName(
        sent(registers.verdicts, evidence.VERDICT, segments)
    )


def sent_residents(residents: DataFrame, segments: int) -> DataFrame:
    """Residents on their way to their households, and to the users of their phones."""

    def kernel(task: pl.DataFrame) -> pl.DataFrame:
        users = evidence.uses(task, "household_id")
        sent = evidence.RESIDENT.sent(task, segments), evidence.USE.sent(users, segments)
        return pl.concat(sent)

    return applied_to_tasks(residents.select(*evidence.RESIDENT.columns), kernel, CELLS)


def of_claims(cells: pl.DataFrame, segments: int) -> pl.DataFrame:
    """Profiles beside their verdicts: who asks, what residents hold, and who uses which phone."""
    stated, verdicts = evidence.PROFILE.arrived(cells), evidence.VERDICT.arrived(cells)
    profiles = stated.join(verdicts, on="profile_id", how="inner")
    held, asking = evidence.held(profiles), evidence.asking(profiles)
    parcels = [
        (evidence.HELD, held),
        (evidence.ASKING, asking),
        (evidence.ASKED_PHONE, asking.filter(pl.col("phone").is_not_null())),
        (evidence.USE, evidence.uses(held, "household_id")),
        (evidence.USE, evidence.uses(profiles, "name_folded")),
    ]
    return pl.concat(kind.sent(rows, segments) for kind, rows in parcels)


def of_households_and_phones(cells: pl.DataFrame, segments: int) -> pl.DataFrame:
    """Residents with what their households hold, and profiles with whom their phones reach."""
    held, users = evidence.HELD.arrived(cells), evidence.USE.arrived(cells)
    residents = evidence.residents(evidence.RESIDENT.arrived(cells), held)
    reached = evidence.reached(users, evidence.ASKED_PHONE.arrived(cells))
    return pl.concat(
        [
            still(cells, evidence.ASKING),
            KNOWN.sent(residents, segments),
            evidence.REACHED.sent(reached, segments),
        ]
    )


def of_residents(cells: pl.DataFrame, segments: int) -> pl.DataFrame:
    """Each pair beside its resident."""
    pairs = PAIR.arrived(cells).join(KNOWN.arrived(cells), on="resident_id", how="inner")
    waiting = [still(cells, evidence.ASKING), still(cells, evidence.REACHED)]
    return pl.concat([*waiting, BESIDE.sent(pairs, segments)])


def both_sides(cells: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """Each pair beside its resident and its profile."""
    asking, reached = evidence.ASKING.arrived(cells), evidence.REACHED.arrived(cells)
    profiles = evidence.profiles(asking, reached, facilities)
    return BESIDE.arrived(cells).join(profiles, on="profile_id", how="inner")


def anchor_pairs(verifications: DataFrame, one_in: int) -> DataFrame:
    """A fixed sample of verified pairs: matches beyond doubt."""
    return verifications.where(is_drawn(one_in)).select(
        "profile_id", "resident_id", F.array().cast("array<string>").alias("rules")
    )


def with_asking(verifications: DataFrame, one_in: int) -> DataFrame:
    """Marks the verdicts of profiles that pairs are made of: the open ones and the anchors."""
    asks = (F.col("verdict") != "verified") | is_drawn(one_in)
    return verifications.withColumn("asks", asks)


def is_drawn(one_in: int) -> Column:
    """Whether a verified profile is an anchor."""
    drawn = F.pmod(F.xxhash64("profile_id"), F.lit(one_in)) == 0
    return (F.col("verdict") == "verified") & drawn
