"""Measure: verified profiles with their number masked → precision and recall without labels."""

from functools import partial
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from jobs import nearby
from jobs.block_keys import asking_side, block_keys, capped, sharing_a_block
from jobs.few import few
from jobs.frequencies import name_evidence
from jobs.model import forms, learnt
from jobs.narrowed import among_keys, keys_of
from jobs.nearby import Asking
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import segments_of
from jobs.together import together
from transforms import linkage
from transforms.blocking.people import read_of_profiles
from transforms.blocking.plan import Side, blocks_and_pairs
from transforms.blocking.rules import BlockingRule
from transforms.kernels import chosen
from transforms.marked_verdicts import VERDICT
from transforms.measurement import capture, masking, outcomes, quality
from transforms.measurement.figures import Figure, table
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
    """The sample: profiles without numbers, their verdicts, and the truth."""

    profiles: DataFrame
    verdicts: DataFrame
    claims: pl.DataFrame


def run(run: Run) -> None:
    """The sample is blocked, compared, weighed and decided on as every profile without a number."""
    tables = run.tables
    with scratch(tables.spark, tables.path("_measure")) as disk:
        masked = masked_sample(run, disk)
        found = candidates(run, masked, disk)
        compared = disk.written("compared", compared_pairs(run, masked, found, disk))
        groups = few(outcomes.grouped(masked.profiles))
        decided = decisions(run, masked, compared)
        owners = outcomes.Owners(masked.claims, few(found), with_owner(run, masked))
        judged = outcomes.masked_links(decided, owners, groups)
        tables.overwrite_few("masked_links", judged)
        tables.overwrite_few("quality", table(figures(run)))


def figures(run: Run) -> list[Figure]:
    """Every figure of the run."""
    read, matching = run.tables.read, run.matching
    masked = few(read("masked_links"))
    scored, links = read("scored_pairs"), read("links")
    segments = segments_of(run.tables.spark, scored, links)
    counted = capture.counted(scored, links, segments)
    sets = capture.rule_sets(few(counted))
    keys = {rule.name: rule.columns("profile") for rule in matching.blocking}
    return [
        *quality.by_subgroup(masked),
        *quality.by_threshold(masked, matching.threshold.margin),
        *quality.calibration(masked),
        *capture.by_rule(sets),
        *capture.never_compared(sets, keys),
    ]


def masked_sample(run: Run, disk: Scratch) -> Masked:
    """The profiles to measure with, written down once."""
    profiles, verifications = map(run.tables.read, ("profiles", "verifications"))
    counted = few(masking.verified(verifications))["profiles"]
    one_in = run.matching.measurement.one_in(sum(counted))
    wanted_of = (*pairs.OF_PROFILES, *read_of_profiles(rules_of(run)), *outcomes.DECLARED)
    claims = few(masking.drawn(verifications, one_in))
    keys = keys_of(run.tables.spark, "profile_id", claims["profile_id"])
    sample = among_keys(chosen(profiles, *dict.fromkeys(wanted_of)), keys)
    return Masked(
        disk.written("profiles", masking.masked(sample)),
        disk.few_written("verdicts", masking.withheld(claims), VERDICT),
        claims,
    )


def rules_of(run: Run) -> list[BlockingRule]:
    """Only rules that need no number can find the sample."""
    return [rule for rule in run.matching.blocking if not on_number(rule.columns("profile"))]


def sample_side(run: Run, masked: Masked) -> Side:
    return asking_side(
        masked.profiles, masked.verdicts, run.tables.read("facilities"), rules_of(run)
    )


def with_owner(run: Run, masked: Masked) -> pl.DataFrame:
    """The claims of those whom a rule brings together with their own resident, caps or not."""
    asking, residents = sample_side(run, masked), run.tables.read("residents")
    return sharing_a_block(masked.claims, asking, residents, rules_of(run))


def candidates(run: Run, masked: Masked, disk: Scratch) -> DataFrame:
    """The pairs that the run's own rules and caps make."""
    read, rules = run.tables.read, rules_of(run)
    sides = sample_side(run, masked), Side.of_residents(read("residents"))
    keys = block_keys(disk, *sides, rules)
    # What the run left out is left out here: there it held more profiles.
    found = blocks_and_pairs(keys, rules, left_out=capped(read("blocks")))
    return disk.written("pairs", found.only("candidate_pairs"))


def compared_pairs(run: Run, masked: Masked, found: DataFrame, disk: Scratch) -> DataFrame:
    """The sample's pairs, compared with what their residents hold without the sample's claims."""
    asking = Asking(masked.profiles, masked.verdicts)
    known = nearby.registers(disk, run.tables.read, asking, found)
    segments = segments_of(run.tables.spark, found, known.profiles)
    return pairs.compared_pairs([found], known, name_evidence(run, forms(run.tables)), segments)


def decisions(run: Run, masked: Masked, compared: DataFrame) -> outcomes.Decisions:
    """What the run's own parameters and thresholds make of the sample, its owners in and out."""
    spark, parameters, rules = run.tables.spark, learnt(run.tables), run.matching
    segments = segments_of(spark, masked.verdicts)

    def made(offered: DataFrame) -> pl.DataFrame:
        scored = posterior.scored_pairs(offered, parameters, rules.scoring)
        found = linkage.links(scored, masked.verdicts, rules.threshold, segments)
        return few(chosen(found, *outcomes.DECIDED))

    alone = outcomes.without_owner(compared, masked.claims)
    return outcomes.Decisions(*together(spark, partial(made, compared), partial(made, alone)))
