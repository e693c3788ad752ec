"""Candidate pairs brought together with what is known of both sides, and compared."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.exchange import (
    Kind,
    Rows,
    applied_to_segments,
    brought_together,
    met,
    still,
    together,
)
from transforms.households import household_hashes
from transforms.kernels import applied, applied_to_tasks, chosen
from transforms.packing import CELLS, packed
from transforms.schemas import CANDIDATE_PAIR
from transforms.scoring import evidence
from transforms.scoring.levels import NameEvidence, compared
from transforms.xxhash64 import xxhash64


class Registers(NamedTuple):
    """What pairs are compared by.

    Of `verdicts`, those that `asks` marks are of the profiles in pairs; verified ones tell what
    residents hold. `facilities` are few, and tell where each stands.
    """

    profiles: DataFrame
    verdicts: DataFrame
    residents: DataFrame
    facilities: pl.DataFrame


# The columns of profiles and of residents that pairs are compared by.
OF_PROFILES = (
    *(name for name in evidence.PROFILE.columns if name not in evidence.MADE),
    "dose_numbers",
    "injected_on",
)
OF_RESIDENTS = tuple(evidence.RESIDENT.columns)
# A pair, and the names of the rules that found it in one text: few texts, of which each is known by
# its number. Anchors were found by none.
_PAIR: dict[str, pl.DataType] = {
    "profile_id": pl.Int64(),
    "resident_id": pl.String(),
    "rules": pl.Categorical(),
}
PAIR = Kind("pair", pl.Schema({**_PAIR, "household_hash": pl.Int64()}), key="household_hash")
APART = "\x1f"
# The resident of a verified profile.
HELD = Kind("held", pl.Schema({"resident_id": pl.String()}), key="resident_id")
VERIFIED = T.StructType().add("profiles", "long").add("residents", "long")
# As Spark has the columns of evidence.VERDICT.
ASKING_VERDICT = (
    T.StructType()
    .add("profile_id", "long")
    .add("verdict", "string")
    .add("asks", "boolean")
    .add("resident_id", "string")
    .add("household_id", "string")
)
# A pair beside its resident, field by field: of a struct every cell would have all codes there are.
BESIDE = Kind("beside", pl.Schema({**_PAIR, **pl.Schema(evidence.R)}), key="profile_id")


def compared_pairs(
    pairs: Sequence[DataFrame], registers: Registers, names: NameEvidence, segments: int
) -> DataFrame:
    """Each pair's levels, and the rarity of the agreeing part of its name, in cells.

    No pair is in two of the frames.

    All of a profile's pairs are in one cell, in order. What must meet is brought together step by
    step: profiles and their verdicts, then households and their pairs, then pairs and their
    profiles.
    """
    facilities = registers.facilities

    def claimed(stated: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
        return of_claims(stated.join(verdicts, on="profile_id", how="inner"), segments)

    def settled(cells: pl.DataFrame) -> pl.DataFrame:
        return of_households_and_phones(cells, segments)

    def judged(cells: pl.DataFrame) -> pl.DataFrame:
        found = compared(both_sides(cells, facilities), names)
        return packed({0: found.sort("profile_id", "resident_id")})

    claims = met(claimants(registers), segments, claimed, CELLS)
    people = sent_residents(registers.residents, segments)
    everything = together(claims, people, *(sent_pairs(some, segments) for some in pairs))
    return brought_together(brought_together(everything, segments, settled), segments, judged)


def claimants(registers: Registers) -> tuple[Rows, Rows]:
    """Profiles and their verdicts."""
    profiles = Rows(registers.profiles, evidence.PROFILE, OF_PROFILES, evidence.of_profiles)
    return profiles, Rows(registers.verdicts, evidence.VERDICT)


def sent_residents(residents: DataFrame, segments: int) -> DataFrame:
    """Residents on their way to their households, and to the users of their phones."""

    def kernel(task: pl.DataFrame) -> pl.DataFrame:
        told = evidence.of_residents(task)
        users = evidence.uses(told, "household_id")
        sent = evidence.RESIDENT.sent(told, segments), evidence.USE.sent(users, segments)
        return pl.concat(sent)

    return applied_to_tasks(chosen(residents, *OF_RESIDENTS), kernel, CELLS)


def sent_pairs(pairs: DataFrame, segments: int) -> DataFrame:
    """Pairs on their way to their resident's household."""

    def kernel(found: pl.DataFrame) -> pl.DataFrame:
        return found.with_columns(pl.col("rules").list.join(APART))

    return Rows(pairs, PAIR, made=kernel).cells(segments)


def of_claims(profiles: pl.DataFrame, segments: int) -> pl.DataFrame:
    """Profiles beside their verdicts: who asks, what residents hold, and who uses which phone."""
    held, asking = evidence.held(profiles), evidence.asking(profiles)
    parcels = [
        (evidence.HELD, held),
        (evidence.ASKING, asking),
        (evidence.ASKED_PHONE, asking.filter(pl.col("phone").is_not_null())),
        (evidence.USE, evidence.uses(held, "household_id")),
        (evidence.USE, evidence.uses(profiles, "name_hash")),
    ]
    return pl.concat(kind.sent(rows, segments) for kind, rows in parcels)


def of_households_and_phones(cells: pl.DataFrame, segments: int) -> pl.DataFrame:
    """Each pair beside its resident and what their household holds; whom profiles' phones reach."""
    held, users = evidence.HELD.arrived(cells), evidence.USE.arrived(cells)
    everybody, pairs = evidence.RESIDENT.arrived(cells), PAIR.arrived(cells)
    wanted = everybody.join(pairs, on="resident_id", how="semi")
    known = evidence.residents(wanted, everybody, held)
    reached = evidence.reached(users, evidence.ASKED_PHONE.arrived(cells))
    return pl.concat(
        [
            still(cells, evidence.ASKING),
            BESIDE.sent(pairs.join(known, on="resident_id", how="inner").unnest("r"), segments),
            evidence.REACHED.sent(reached, segments),
        ]
    )


def both_sides(cells: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """Each pair beside its resident and its profile."""
    asking, reached = evidence.ASKING.arrived(cells), evidence.REACHED.arrived(cells)
    profiles = evidence.profiles(asking, reached, facilities)
    beside = BESIDE.arrived(cells).select(*_PAIR, pl.struct(*pl.Schema(evidence.R)).alias("r"))
    return beside.join(profiles, on="profile_id", how="inner")


def anchor_pairs(verifications: DataFrame, one_in: int) -> DataFrame:
    """A fixed sample of verified pairs: matches beyond doubt, which no rule found."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        drawn = batch.filter(is_drawn(batch, one_in))
        no_rules = pl.lit([], pl.List(pl.String)).alias("rules")
        return drawn.with_columns(
            no_rules, household_hashes(drawn["household_id"], drawn["resident_id"])
        )

    known = chosen(verifications, "profile_id", "resident_id", "household_id", "verdict")
    return applied(known, kernel, CANDIDATE_PAIR)


def with_asking(verifications: DataFrame, one_in: int) -> DataFrame:
    """The verdicts, those marked of whom pairs are made: the open ones and the anchors."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        unverified = batch["verdict"] != "verified"
        return batch.with_columns(asks=unverified | is_drawn(batch, one_in))

    names = [name for name in evidence.VERDICT.columns if name != "asks"]
    return applied(chosen(verifications, *names), kernel, ASKING_VERDICT)


def verified(verifications: DataFrame, segments: int) -> DataFrame:
    """How many profiles are verified, and as how many residents, by segment of these."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return HELD.sent(batch.filter(pl.col("verdict") == "verified"), segments)

    def counted(cells: pl.DataFrame) -> pl.DataFrame:
        ids = HELD.arrived(cells)["resident_id"]
        return pl.DataFrame({"profiles": [len(ids)], "residents": [ids.n_unique()]})

    known = chosen(verifications, "resident_id", "verdict")
    return applied_to_segments(applied_to_tasks(known, kernel, CELLS), segments, counted, VERIFIED)


def is_drawn(verifications: pl.DataFrame, one_in: int) -> pl.Series:
    """Whether a verified profile is an anchor."""
    hashes = pl.Series(xxhash64(verifications["profile_id"]).view(np.int64))
    return (verifications["verdict"] == "verified") & (hashes % one_in == 0)
