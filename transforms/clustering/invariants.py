"""What must hold of every partition, whichever finder made it."""

from functools import partial

import polars as pl
from pyspark.sql import DataFrame

from transforms.exchange import (
    Kind,
    Rows,
    applied_to_segments,
    brought_together,
    together,
)
from transforms.invariants import VIOLATION, VIOLATIONS, violated
from transforms.kernels import applied, chosen

_ID = pl.Int64()
LABEL = Kind("label", pl.Schema({"vertex": _ID, "component": _ID}), key="vertex")
OF_COMPONENT = Kind("of_component", LABEL.columns, key="component")
OWNED = Kind("owned", pl.Schema({"vertex": _ID}), key="vertex")
# An edge on its way to the labels of its ends, and back to its other end.
END = Kind("end", pl.Schema({"vertex": _ID, "src": _ID, "dst": _ID}), key="vertex")
LABELLED = Kind("labelled", pl.Schema({"src": _ID, "dst": _ID, "component": _ID}), key="src")
FOUND = Kind("found", VIOLATIONS, key="invariant")


def component_violations(
    components: DataFrame, edges: DataFrame, owned: DataFrame, max_component: int, segments: int
) -> DataFrame:
    """The promises of the partition that are broken, each with a count, some of them in parts; no
    row is good.

    `owned` are the profiles with a resident, who are nobody's to join, as far as they may be ends.
    """
    parcels = together(
        Rows(components, LABEL).cells(segments),
        Rows(edges, END, ("src", "dst"), ends).cells(segments),
        Rows(owned, OWNED, ("profile_id",), as_vertices).cells(segments),
    )
    labelled = brought_together(parcels, segments, partial(by_vertex, segments=segments))
    checked = partial(by_component, max_component=max_component)
    return applied_to_segments(labelled, segments, checked, VIOLATION)


def ends(edges: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(edges.with_columns(vertex=pl.col(end)) for end in ("src", "dst"))


def as_vertices(profiles: pl.DataFrame) -> pl.DataFrame:
    return profiles.rename({"profile_id": "vertex"})


def by_vertex(cells: pl.DataFrame, segments: int) -> pl.DataFrame:
    """What profiles alone can break; the labels go on to their edges and their components."""
    labels = LABEL.arrived(cells)
    told = END.arrived(cells).join(labels.unique("vertex"), on="vertex", how="left")
    doubled = labels.group_by("vertex").len().filter(pl.col("len") > 1)
    joined = labels.join(OWNED.arrived(cells), on="vertex", how="semi")
    found = violated(
        {
            "one component per profile": len(doubled),
            "nobody is joined to a resident's profile": len(joined),
        }
    )
    parcels = (LABELLED, told), (OF_COMPONENT, labels), (FOUND, found)
    return pl.concat(kind.sent(rows, segments) for kind, rows in parcels)


def by_component(cells: pl.DataFrame, max_component: int) -> pl.DataFrame:
    """What edges and components can break, and what was found before."""
    # An end without a component has null, which is a value of its own; so may both ends.
    apart = (pl.n_unique("component") > 1) | pl.col("component").is_null().any()
    sides = LABELLED.arrived(cells).group_by("src", "dst").agg(apart=apart)
    components = OF_COMPONENT.arrived(cells).group_by("component")
    sizes = components.agg(profiles=pl.len(), least=pl.min("vertex"))
    misnamed = sizes.filter(pl.col("component") != pl.col("least"))
    found = violated(
        {
            "an edge within one component": len(sides.filter("apart")),
            "a component is named by its least profile": len(misnamed),
            f"no component over {max_component} profiles": too_many(sizes, max_component),
        }
    )
    return pl.concat([FOUND.arrived(cells), found])


def share_violations(shares: DataFrame, max_component: int) -> DataFrame:
    """How many residents of `shares` have over `max_component` profiles, batch by batch."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        promise = f"no resident with over {max_component} profiles"
        return violated({promise: too_many(batch, max_component)})

    return applied(chosen(shares, "profiles"), kernel, VIOLATION)


def too_many(sizes: pl.DataFrame, max_component: int) -> int:
    return len(sizes.filter(pl.col("profiles") > max_component))
