"""Connected components, three ways, one partition: a component is named by its least vertex.

Each finder takes edges (`src`, `dst`) and returns one row (`vertex`, `component`) per end of an
edge; vertices without an edge are nobody's business here.
"""

import logging
from collections.abc import Callable

import numpy as np
import polars as pl
from py4j.protocol import Py4JError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.config import ComponentsSettings
from jobs.errors import LedgerError, SetupError
from jobs.few import few
from jobs.scratch import Scratch
from jobs.segments import count
from transforms.clustering import contraction
from transforms.schemas import LONG, table

logger = logging.getLogger(__name__)

Finder = Callable[[DataFrame, Scratch], DataFrame]
# Every round loses at least a third of the vertices on average; 2^64 of them need fewer rounds.
MOST_ROUNDS = 120
COMPONENT = table("vertex component", vertex=LONG, component=LONG)


def connected_components(
    edges: DataFrame, settings: ComponentsSettings, scratch: Scratch
) -> DataFrame:
    """One row (`vertex`, `component`) per end of an edge, by the finder that settings choose.

    `edges` should come from disk: they are read more than once.
    """
    engine = chosen(settings, edges, scratch)
    logger.info("connected components by %s", engine)
    return scratch.written("components/found", FINDERS[engine](edges, scratch))


def chosen(settings: ComponentsSettings, edges: DataFrame, scratch: Scratch) -> str:
    """`auto`: on the driver while the edges fit, then GraphFrames if it works, else contraction."""
    if settings.engine != "auto":
        return settings.engine
    if count(edges) <= settings.driver_edges:
        return "driver"
    return "graphframes" if graphframes_works(scratch) else "contraction"


def on_driver(edges: DataFrame, scratch: Scratch) -> DataFrame:
    """scipy on the driver: the fastest while the edges fit (two longs an edge)."""
    from scipy.sparse import coo_array, csgraph  # loads long, and few commands come here

    table = few(edges)
    ends = np.concatenate([table[end].to_numpy() for end in ("src", "dst")])
    ids, index = np.unique(ends, return_inverse=True)
    if not len(ids):
        return scratch.few_written("components/labels", pl.DataFrame(), COMPONENT)
    src, dst = np.split(index.reshape(-1), 2)
    graph = coo_array((np.ones(len(src), np.bool_), (src, dst)), shape=(len(ids), len(ids)))
    _, labels = csgraph.connected_components(graph, directed=False)
    # ids ascend, so the first of a label is its least.
    _, first = np.unique(labels, return_index=True)
    found = pl.DataFrame({"vertex": ids, "component": ids[first[labels]]})
    return scratch.few_written("components/labels", found, COMPONENT)


def by_contraction(edges: DataFrame, scratch: Scratch) -> DataFrame:
    """Rounds of contraction until no edge is left; nothing but joins and Parquet."""
    ends = contraction.vertices(edges)
    alone = ends.select("vertex", F.col("vertex").alias("representative"))
    left = scratch.written("contraction/edges_0", contraction.proper_edges(edges))
    rounds: list[DataFrame] = []
    while not left.isEmpty():
        number = len(rounds) + 1
        if number > MOST_ROUNDS:
            raise LedgerError(f"connected components: edges left after {MOST_ROUNDS} rounds")
        pointer = scratch.written(
            f"contraction/pointers_{number}", contraction.pointers(left, number)
        )
        rounds.append(pointer)
        left = scratch.written(f"contraction/edges_{number}", contraction.contracted(left, pointer))
    return contraction.named_by_least(contraction.composed([alone, *rounds]))


def by_graphframes(edges: DataFrame, scratch: Scratch) -> DataFrame:
    """GraphFrames' randomised contraction; its labels are replaced by the least vertex."""
    if not graphframes_works(scratch):
        raise SetupError(
            "components.engine = graphframes, but GraphFrames does not work here; "
            "add its jar to the jars folder, or set components.engine to auto or contraction"
        )
    return _graphframes(edges, scratch)


def graphframes_works(scratch: Scratch) -> bool:
    """Whether GraphFrames' jar is there and joins 1-2-3 apart from 4-5.

    On Spark 4.2 its randomised contraction fails in releases without upstream fix 900.
    """
    edges = scratch.spark.createDataFrame([(1, 2), (2, 3), (4, 5)], "src long, dst long")
    try:
        found = {tuple(row) for row in _graphframes(edges, scratch).collect()}
    except (Py4JError, PySparkException, TypeError) as error:
        logger.warning("GraphFrames does not work here: %s", type(error).__name__)
        return False
    return found == {(1, 1), (2, 1), (3, 1), (4, 4), (5, 4)}


def _graphframes(edges: DataFrame, scratch: Scratch) -> DataFrame:
    from graphframes import GraphFrame  # its import looks for a session's jar

    context = scratch.spark.sparkContext
    context.setCheckpointDir(f"{scratch.folder}/graphframes/checkpoints")
    ends = contraction.vertices(edges).withColumnRenamed("vertex", "id")
    graph = GraphFrame(
        scratch.written("graphframes/vertices", ends), scratch.written("graphframes/edges", edges)
    )
    labelled = graph.connectedComponents(
        algorithm="randomized_contraction", useLabelsAsComponents=True
    )
    labels = labelled.select(
        F.col("id").alias("vertex"), F.col("component").alias("representative")
    )
    found = scratch.written("graphframes/found", contraction.named_by_least(labels))
    labelled.unpersist()
    return found


FINDERS: dict[str, Finder] = {
    "driver": on_driver,
    "contraction": by_contraction,
    "graphframes": by_graphframes,
}
