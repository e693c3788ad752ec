"""Score: candidate pairs → levels → learnt weights → match probabilities."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from pyspark.sql import DataFrame

from jobs.few import few
from jobs.frequencies import form_shares, name_evidence
from jobs.model import model_table
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import count, segments_of
from jobs.tables import Tables
from jobs.together import both
from transforms.schemas import LEVELS
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
WRITES = ("model", "scored_pairs")

RANDOM_SIDE = 1_500  # random pairs for u: the square of this


class Chances(NamedTuple):
    """How large everything is, and u per comparison and level."""

    register: Register
    u: dict[str, dict[str, float]]


def run(run: Run) -> None:
    """Compare once, on disk; learn on the counted patterns; weigh every pair."""
    tables, rules = run.tables, run.matching.scoring
    with scratch(tables.spark, tables.path("_score")) as disk:
        facilities = few(tables.read("facilities"))
        (compared, forms), known = both(
            tables.spark,
            lambda: compared_on(disk, run, facilities),
            lambda: chances(run, facilities),
        )
        parameters = learn(run, compared, known)
        tables.overwrite_few("model", model_table(parameters, forms))
        tables.overwrite("scored_pairs", posterior.scored_pairs(compared, parameters, rules))


def compared_on(
    disk: Scratch, run: Run, facilities: pl.DataFrame
) -> tuple[DataFrame, dict[str, float]]:
    """The compared pairs, on disk, and the shares of names by form that they are compared with."""
    forms = form_shares(run.tables)
    return disk.written("compared", compared_pairs(run, facilities, forms)), forms


def compared_pairs(run: Run, facilities: pl.DataFrame, forms: Mapping[str, float]) -> DataFrame:
    """Candidate pairs and anchors, in cells."""
    read, one_in = run.tables.read, run.matching.scoring.anchor_share
    verifications, residents = read("verifications"), read("residents")
    anchors = pairs.anchor_pairs(verifications, one_in)
    wanted = read("candidate_pairs"), anchors
    asking = pairs.with_asking(verifications, one_in)
    registers = pairs.Registers(read("profiles"), asking, residents, facilities)
    segments = segments_of(run.tables.spark, wanted[0], residents)
    return pairs.compared_pairs(wanted, registers, name_evidence(run, forms), segments)


def chances(run: Run, facilities: pl.DataFrame) -> Chances:
    """What is known before any pair is: u from random pairs and from the register's size."""
    register = register_sizes(run.tables)
    counts = random_counts(run.tables, register, facilities)
    return Chances(register, u_probabilities(counts, run.matching.scoring, register))


def learn(run: Run, compared: DataFrame, known: Chances) -> Parameters:
    """EM on counted patterns."""
    rules, register = run.matching.scoring, known.register
    start = before_learning(rules, known.u, register)
    counted = posterior.patterns(compared, start, rules)
    found = patterns(few(counted), rules.anchor_share)
    return estimate(found, rules, start, register)


def register_sizes(tables: Tables) -> Register:
    residents, profiles, verifications = map(
        tables.read, ("residents", "profiles", "verifications")
    )
    segments = segments_of(tables.spark, verifications)
    counted = few(pairs.verified(verifications, segments)).sum()
    return Register(
        residents=max(count(residents), 1),
        profiles=count(profiles),
        verified=counted["profiles"].item(),
        held=counted["residents"].item(),
    )


def random_counts(
    tables: Tables, register: Register, facilities: pl.DataFrame
) -> dict[str, dict[str, int]]:
    """Pairs per comparison and level among randomly paired profiles and residents."""
    one_in = [max(size // RANDOM_SIDE, 1) for size in (register.profiles, register.residents)]
    profiles = chance.sampled(tables.read("profiles"), chance.PROFILE, one_in[0])
    residents = chance.sampled(tables.read("residents"), chance.RESIDENT, one_in[1])
    drawn, others = map(few, (profiles, residents))
    placed = evidence.with_facility_place(drawn, facilities)
    return chance.level_counts(chance.profile_side(placed), chance.resident_side(others))


def patterns(counted: pl.DataFrame, one_in: int) -> Patterns:
    """Patterns of all segments, each once and in a fixed order; an anchor stands for so many."""
    kinds = [name for name in counted.columns if name != "pairs"]
    rows = counted.group_by(kinds).agg(pl.sum("pairs")).sort(kinds)
    anchor, counts = rows["anchor"].to_numpy(), rows["pairs"].to_numpy().astype(float)
    return Patterns(
        levels={name.removesuffix("_level"): rows[name].to_list() for name in LEVELS},
        rarity=rows["rarity"].to_numpy(),
        pairs=np.where(anchor, 0.0, counts),
        anchors=np.where(anchor, counts * one_in, 0.0),
    )
