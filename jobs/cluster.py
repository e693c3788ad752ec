"""Cluster: verdicts and links → which profiles are one person."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.components import connected_components
from jobs.invariants import hold
from jobs.narrowed import among, wanted
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import segments_of
from transforms.clustering import conflicts, evidence, invariants
from transforms.clustering import persons as identities
from transforms.clustering.evidence import ClusteringRules
from transforms.clustering.persons import NAMED
from transforms.exchange import lying
from transforms.kernels import chosen

READS = ("verifications", "links", "profiles")
WRITES = ("persons",)


def run(run: Run) -> None:
    """Nothing is written unless the partition keeps all its promises."""
    tables = run.tables
    verifications, links = tables.read("verifications"), tables.read("links")
    segments = segments_of(tables.spark, verifications, links)
    with scratch(tables.spark, tables.path("_cluster")) as disk:
        residents = evidence.known_residents(verifications, links, segments)
        known = disk.written("known", residents)
        shares = disk.written("shares", evidence.shares(known, segments))
        named = lying(strangers(run, known, shares, disk), NAMED, "profile_id", segments)
        others = disk.written("named", named)
        tables.overwrite("persons", identities.persons(known, shares, others, segments))


def strangers(run: Run, known: DataFrame, shares: DataFrame, disk: Scratch) -> DataFrame:
    """Whom the profiles are that no resident is known of."""
    rules, profiles = run.matching.clustering, run.tables.read("profiles")
    segments = segments_of(run.tables.spark, known)
    alike = disk.written("blocks", evidence.blocks(profiles, known, segments))
    blocks = evidence.with_history(alike)
    edges = disk.written("edges", stranger_edges(blocks, alike, profiles, rules))
    components = connected_components(edges, run.settings.components, disk)
    hold(invariants.component_violations(components, edges, shares, rules.max_component))
    unknown = known.where(F.col("resident_id").isNull()).select("profile_id")
    guards = conflicts.guards(components, blocks)
    members = disk.written("members", identities.members(unknown, components, guards))
    crowded = identities.crowded(blocks, rules.max_block)
    return identities.named(members, crowded, run.tables.read_if_any("persons"))


def stranger_edges(
    blocks: DataFrame, alike: DataFrame, profiles: DataFrame, rules: ClusteringRules
) -> DataFrame:
    """The edges; of all profiles only who gives a phone of these is looked at."""
    callers = among(chosen(profiles, "phone", "name_folded"), "phone", wanted(alike, "phone"))
    return evidence.stranger_edges(blocks, callers, rules)
