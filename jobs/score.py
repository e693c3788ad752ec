"""Score: candidate pairs → levels → learnt weights → match probabilities."""

import numpy as np
import polars as pl
from pyspark.sql import functions as F

from jobs.frequencies import name_evidence
from jobs.model import model_table
from jobs.run import Run
from jobs.tables import Tables
from transforms.scoring import chance, evidence, pairs, posterior
from transforms.scoring.estimation import (
    Parameters,
    Patterns,
    Register,
    before_learning,
    estimate,
    u_probabilities,
)

READS = ("candidate_pairs", "profiles", "residents", "verifications", "facilities", "name_tokens")
WRITES = ("compared_pairs", "model", "scored_pairs")

RANDOM_SIDE = 1_500  # random pairs for u: the square of this


def run(run: Run) -> None:
    """Compare once and write it down; learn on the counted patterns; weigh every pair."""
    tables, rules = run.tables, run.matching.scoring
    names = name_evidence(run)
    anchors = pairs.anchor_pairs(tables.read("verifications"), rules.anchor_share)
    wanted = tables.read("candidate_pairs").unionByName(anchors)
    tables.overwrite("compared_pairs", pairs.compared_pairs(wanted, both_sides(run), names))
    parameters = learn(run)
    tables.overwrite("model", model_table(tables.spark, parameters))
    scored = posterior.scored_pairs(tables.read("compared_pairs"), parameters, rules)
    tables.overwrite("scored_pairs", scored)


def both_sides(run: Run) -> pairs.Sides:
    """Evidence of the profiles that are compared, and of every resident."""
    read, one_in = run.tables.read, run.matching.scoring.anchor_share
    profiles, residents, verifications = map(read, ("profiles", "residents", "verifications"))
    held = evidence.held_profiles(profiles, verifications)
    phones = evidence.phone_use(residents, held, profiles)
    asking = pairs.asking(verifications, one_in)
    return pairs.Sides(
        evidence.profile_evidence(profiles, asking, phones, read("facilities")),
        evidence.resident_evidence(residents, held),
    )


def learn(run: Run) -> Parameters:
    """EM on counted patterns; u from random pairs and from the register's size."""
    rules, register = run.matching.scoring, register_sizes(run.tables)
    u = u_probabilities(random_counts(run.tables, register), rules, register)
    start = before_learning(rules, u, register)
    return estimate(patterns(run, start), rules, start, register)


def register_sizes(tables: Tables) -> Register:
    verified = tables.read("verifications").where(F.col("verdict") == "verified")
    counted = verified.agg(
        F.count("*").alias("profiles"), F.countDistinct("resident_id").alias("residents")
    ).collect()[0]
    return Register(
        residents=max(tables.read("residents").count(), 1),
        profiles=tables.read("profiles").count(),
        verified=counted["profiles"],
        held=counted["residents"],
    )


def random_counts(tables: Tables, register: Register) -> dict[str, dict[str, int]]:
    """Pairs per comparison and level among randomly paired profiles and residents."""
    one_in = [max(size // RANDOM_SIDE, 1) for size in (register.profiles, register.residents)]
    profiles = chance.sampled(tables.read("profiles"), "profile_id", one_in[0])
    residents = chance.sampled(tables.read("residents"), "resident_id", one_in[1])
    placed = profiles.transform(evidence.with_facility_place, tables.read("facilities"))
    sides = placed.transform(chance.profile_side), residents.transform(chance.resident_side)
    return chance.level_counts(*(pl.DataFrame(side.toArrow()) for side in sides))


def patterns(run: Run, start: Parameters) -> Patterns:
    """Counted patterns of each profile's best candidate and of the anchors, in a fixed order."""
    rules = run.matching.scoring
    best = run.tables.read("compared_pairs").transform(posterior.best_candidates, start, rules)
    rows = sorted(map(tuple, pairs.patterns(best).collect()))
    anchor = np.array([row[-2] for row in rows])
    counts = np.array([row[-1] for row in rows], dtype=float)
    return Patterns(
        levels={
            name.removesuffix("_level"): [row[at] for row in rows]
            for at, name in enumerate(pairs.PATTERN)
        },
        rarity=np.array([row[-3] for row in rows], dtype=float),
        pairs=np.where(anchor, 0.0, counts),
        anchors=np.where(anchor, counts * rules.anchor_share, 0.0),
    )
