"""Measure: verified profiles with their number masked → precision and recall without labels."""

from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.block_keys import asking_side, block_keys, capped
from jobs.frequencies import name_evidence
from jobs.model import learnt
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import segments_of
from transforms import linkage
from transforms.blocking.plan import Side, blocks, candidate_pairs
from transforms.measurement import capture, masking, outcomes, quality
from transforms.measurement.rules import on_number
from transforms.scoring import pairs, posterior

READS = (
    "profiles",
    "residents",
    "verifications",
    "facilities",
    "name_tokens",
    "blocks",
    "model",
    "scored_pairs",
    "links",
)
WRITES = ("masked_links", "quality")


class Masked(NamedTuple):
    """The sample: profiles without numbers, verdicts without their claims, and the truth."""

    profiles: DataFrame
    verdicts: DataFrame  # of the sample alone
    others: DataFrame  # all verdicts, the sample's claims withheld
    claims: DataFrame


class Candidates(NamedTuple):
    """Pairs of the sample, the residents in them, and those with all of their households."""

    pairs: DataFrame
    residents: DataFrame
    households: DataFrame


def run(run: Run) -> None:
    """The sample is blocked, compared, weighed and decided on as every profile without a number."""
    tables = run.tables
    with scratch(tables.spark, tables.path("_measure")) as disk:
        masked = masked_sample(run, disk)
        found = candidates(run, masked, disk)
        compared = disk.written("compared", compared_pairs(run, masked, found, disk))
        decided = decisions(run, masked, compared)
        judged = outcomes.masked_links(decided, found.pairs, masked.claims, masked.profiles)
        tables.overwrite("masked_links", judged)
        sets = capture.rule_sets(tables.read("scored_pairs"), tables.read("links"))
        tables.overwrite("quality", figures(run, disk.written("sets", sets)))


def figures(run: Run, sets: DataFrame) -> DataFrame:
    """Every figure of the run, in one table."""
    masked = run.tables.read("masked_links")
    keys = {rule.name: rule.columns("profile") for rule in run.matching.blocking}
    return (
        quality.by_subgroup(masked)
        .unionByName(quality.by_threshold(masked, run.matching.threshold.margin))
        .unionByName(quality.calibration(masked))
        .unionByName(capture.by_rule(sets))
        .unionByName(capture.never_compared(sets, keys))
        .coalesce(1)
    )


def masked_sample(run: Run, disk: Scratch) -> Masked:
    """The profiles to measure with, written down once."""
    verifications = run.tables.read("verifications")
    verified = verifications.where(F.col("verdict") == "verified").count()
    one_in = run.matching.measurement.one_in(verified)
    claims = disk.written("claims", masking.masked_claims(verifications, one_in))
    profiles = masking.masked_profiles(run.tables.read("profiles"), claims)
    others = masking.without_claims(verifications, one_in)
    verdicts = others.join(F.broadcast(claims.select("profile_id")), "profile_id", "left_semi")
    return Masked(
        disk.written("profiles", profiles), disk.written("verdicts", verdicts), others, claims
    )


def candidates(run: Run, masked: Masked, disk: Scratch) -> Candidates:
    """The pairs that the run's own rules and caps make; only rules that need no number can."""
    read = run.tables.read
    rules = [rule for rule in run.matching.blocking if not on_number(rule.columns("profile"))]
    asking = asking_side(masked.profiles, masked.verdicts, read("facilities"), rules)
    sides = asking, Side.of_residents(read("residents"))
    keys = block_keys(disk, *sides, rules)
    left_out = capped(masking.capped_as_run(blocks(keys, rules), read("blocks")))
    made = disk.written("pairs", candidate_pairs(keys, left_out, rules))
    residents = disk.written("residents", masking.of(read("residents"), "resident_id", made))
    together = masking.households_of(read("residents"), residents)
    return Candidates(made, residents, disk.written("households", together))


def compared_pairs(run: Run, masked: Masked, found: Candidates, disk: Scratch) -> DataFrame:
    """The sample's pairs, compared with what their residents hold without the sample's claims."""
    known = registers(run, masked, found, disk)
    segments = segments_of(run.tables.spark, found.pairs, known.residents)
    return pairs.compared_pairs([found.pairs], known, name_evidence(run), segments)


def registers(run: Run, masked: Masked, found: Candidates, disk: Scratch) -> pairs.Registers:
    """The sample, and of everybody else who may say something about one of its pairs.

    That is who lives with a candidate, whose profile is verified as one of theirs, and who gives a
    phone of the sample; other phones cannot agree with it.
    """
    read, sample = run.tables.read, F.broadcast(masked.claims.select("profile_id"))
    others, profiles = (
        frame.join(sample, on="profile_id", how="left_anti")
        for frame in (masked.others, read("profiles"))
    )
    held = masking.of(others.where(F.col("verdict") == "verified"), "resident_id", found.households)
    by_phone = masking.of(profiles, "phone", masked.profiles)
    near = masking.of(profiles, "profile_id", held).unionByName(by_phone)
    around = disk.written("around", near.dropDuplicates(["profile_id"]))
    callers = masking.of(read("residents"), "phone", masked.profiles).join(
        F.broadcast(found.households.select("resident_id")), on="resident_id", how="left_anti"
    )
    asking = masked.verdicts.withColumn("asks", F.lit(True))
    silent = masking.of(others, "profile_id", around).withColumn("asks", F.lit(False))
    return pairs.Registers(
        masked.profiles.unionByName(around),
        asking.unionByName(silent),
        found.households.unionByName(callers),
        pl.DataFrame(read("facilities").toArrow()),
    )


def decisions(run: Run, masked: Masked, compared: DataFrame) -> outcomes.Decisions:
    """What the run's own parameters and thresholds make of the sample, its owners in and out."""
    parameters, rules = learnt(run.tables), run.matching
    claims = pl.DataFrame(masked.claims.toArrow())
    segments = segments_of(run.tables.spark, masked.verdicts)
    present, absent = (
        linkage.links(
            posterior.scored_pairs(offered, parameters, rules.scoring),
            masked.verdicts,
            rules.threshold,
            segments,
        )
        for offered in (compared, outcomes.without_owner(compared, claims))
    )
    return outcomes.Decisions(present, absent)
