"""What must hold of every partition, whichever finder made it."""

import polars as pl
from pyspark.sql import DataFrame

from transforms.exchange import (
    Kind,
    Rows,
    applied_to_segments,
    brought_together,
    together,
)
from transforms.kernels import applied, chosen
from transforms.schemas import LONG, STRING, table

VIOLATION = table("invariant violations", invariant=STRING, violations=LONG)
_ID = pl.Int64()
LABEL = Kind("label", pl.Schema({"vertex": _ID, "component": _ID}), key="vertex")
OF_COMPONENT = Kind("of_component", LABEL.columns, key="component")
OWNED = Kind("owned", pl.Schema({"vertex": _ID}), key="vertex")
# An edge on its way to the labels of its ends, and back to its other end.
END = Kind("end", pl.Schema({"vertex": _ID, "src": _ID, "dst": _ID}), key="vertex")
LABELLED = Kind("labelled", pl.Schema({"src": _ID, "dst": _ID, "component": _ID}), key="src")
FOUND = Kind("found", pl.Schema({"invariant": pl.String(), "violations": _ID}), key="invariant")


def component_violations(
    components: DataFrame, edges: DataFrame, owned: DataFrame, max_component: int, segments: int
) -> DataFrame:
    """The promises of the partition that are broken, each with a count, some of them in parts; no
    row is good.

    `owned` are the profiles with a resident, who are nobody's to join, as far as they may be ends.
    """

    def ends(rows: pl.DataFrame) -> pl.DataFrame:
        each = (rows.with_columns(vertex=pl.col(end)) for end in ("src", "dst"))
        return pl.concat(each)

    def by_vertex(cells: pl.DataFrame) -> pl.DataFrame:
        labels = LABEL.arrived(cells)
        told = END.arrived(cells).join(labels.unique("vertex"), on="vertex", how="left")
        doubled = labels.group_by("vertex").len().filter(pl.col("len") > 1)
        found = violated(
            {
                "one component per profile": doubled,
                "nobody is joined to a resident's profile": labels.join(
                    OWNED.arrived(cells), on="vertex", how="semi"
                ),
            }
        )
        parcels = (LABELLED, told), (OF_COMPONENT, labels), (FOUND, found)
        return pl.concat(kind.sent(rows, segments) for kind, rows in parcels)

    def by_component(cells: pl.DataFrame) -> pl.DataFrame:
        # An end without a component has null, which is a value of its own; so may both ends.
        apart = (pl.n_unique("component") > 1) | pl.col("component").is_null().any()
        sides = LABELLED.arrived(cells).group_by("src", "dst").agg(apart=apart)
        sizes = (
            OF_COMPONENT.arrived(cells)
            .group_by("component")
            .agg(profiles=pl.len(), least=pl.min("vertex"))
        )
        found = violated(
            {
                "an edge within one component": sides.filter("apart"),
                "a component is named by its least profile": sizes.filter(
                    pl.col("component") != pl.col("least")
                ),
                f"no component over {max_component} profiles": sizes.filter(
                    pl.col("profiles") > max_component
                ),
            }
        )
        return pl.concat([FOUND.arrived(cells), found])

    parcels = together(
        Rows(components, LABEL).cells(segments),
        Rows(edges, END, ("src", "dst"), ends).cells(segments),
        Rows(owned, OWNED, ("profile_id",), as_vertices).cells(segments),
    )
    labelled = brought_together(parcels, segments, by_vertex)
    return applied_to_segments(labelled, segments, by_component, VIOLATION)


def as_vertices(profiles: pl.DataFrame) -> pl.DataFrame:
    return profiles.rename({"profile_id": "vertex"})


def share_violations(shares: DataFrame, max_component: int) -> DataFrame:
    """The same of residents' profiles: how many have a resident with too many, batch by batch."""
    promise = f"no resident with over {max_component} profiles"

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return violated({promise: batch.filter(pl.col("profiles") > max_component)})

    return applied(chosen(shares, "profiles"), kernel, VIOLATION)


def violated(broken: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """How many rows break each promise, by its name; no row where none does."""
    rows = [(name, len(by)) for name, by in broken.items() if len(by)]
    return pl.DataFrame(rows, FOUND.columns, orient="row")
