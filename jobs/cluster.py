"""Cluster: verdicts and links → which profiles are one person."""

from pyspark.sql import DataFrame

from jobs.components import connected_components
from jobs.invariants import hold
from jobs.run import Run
from jobs.scratch import scratch
from jobs.segments import segments_of
from transforms.clustering import conflicts, evidence, invariants
from transforms.clustering import persons as identities
from transforms.exchange import lying
from transforms.schemas import PERSON

READS = ("verifications", "links", "profiles")
WRITES = ("persons",)


def run(run: Run) -> None:
    """Nothing is written unless the partition keeps all its promises."""
    tables, rules = run.tables, run.matching.clustering
    with scratch(tables.spark, tables.path("_cluster")) as disk:
        verifications, links = tables.read("verifications"), tables.read("links")
        segments = segments_of(tables.spark, verifications, links)
        residents = evidence.known_residents(verifications, links, segments)
        known = disk.written("known", residents)
        blocks = disk.written("blocks", evidence.blocks(tables.read("profiles"), known))
        edges = disk.written("edges", all_edges(run, known, blocks))
        components = connected_components(edges, run.settings.components, disk)
        hold(invariants.component_violations(components, edges, known, rules.max_component))
        members = identities.members(known, components, conflicts.guards(components, blocks))
        crowded = identities.crowded(blocks, rules.max_block)
        earlier = tables.read_if_any("persons")
        named = identities.persons(members, crowded, earlier)
        tables.overwrite("persons", lying(named, PERSON, "profile_id", segments))


def all_edges(run: Run, known: DataFrame, blocks: DataFrame) -> DataFrame:
    """Profiles of one resident, and profiles without one that are certainly one person."""
    profiles, rules = run.tables.read("profiles"), run.matching.clustering
    of_residents = evidence.resident_edges(known, segments_of(run.tables.spark, known))
    return of_residents.unionByName(evidence.stranger_edges(blocks, profiles, rules))
