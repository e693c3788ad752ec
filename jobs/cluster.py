"""Cluster: verdicts and links → which profiles are one person."""

from pyspark.sql import DataFrame

from jobs.components import connected_components
from jobs.few import few
from jobs.invariants import hold
from jobs.narrowed import among, wanted
from jobs.run import Run
from jobs.scratch import Scratch, scratch
from jobs.segments import segments_of
from transforms.clustering import evidence, invariants
from transforms.clustering import persons as identities
from transforms.clustering.persons import Strangers
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
        others = disk.written("named", strangers(run, known, shares, disk))
        tables.overwrite("persons", identities.persons(known, shares, others, segments))


def strangers(run: Run, known: DataFrame, shares: DataFrame, disk: Scratch) -> DataFrame:
    """Whom the profiles are that no resident is known of."""
    rules, profiles = run.matching.clustering, run.tables.read("profiles")
    segments = segments_of(run.tables.spark, known)
    alike = disk.written_apart(evidence.alike(profiles, known, rules, segments))
    pairs, blocks = alike["pairs"], alike["blocks"]
    callers = among(chosen(profiles, "phone", "name_folded"), "phone", wanted(pairs, "phone"))
    edges = disk.written("edges", evidence.stranger_edges(pairs, callers, rules, segments))
    components = connected_components(edges, run.settings.components, disk)
    ends = among(chosen(shares, "profile_id"), "profile_id", wanted(components, "vertex"))
    limit = rules.max_component
    hold(
        few(invariants.component_violations(components, edges, ends, limit, segments)),
        few(invariants.share_violations(shares, limit)),
    )
    earlier = run.tables.read_if_any("persons")
    found = Strangers(known, blocks, components)
    return identities.strangers(found, earlier, rules.max_block, segments)
