"""Every finder against union-find."""

import random
import warnings

import pytest

from jobs.components import FINDERS, connected_components, graphframes_works
from jobs.config import ComponentsSettings
from jobs.errors import SetupError
from jobs.scratch import scratch

Edges = list[tuple[int, int]]


def union_find(edges: Edges) -> dict[int, int]:
    """The oracle: vertex → least vertex of its component."""
    root = {vertex: vertex for edge in edges for vertex in edge}

    def find(vertex: int) -> int:
        while root[vertex] != vertex:
            root[vertex] = root[root[vertex]]
            vertex = root[vertex]
        return vertex

    for src, dst in edges:
        low, high = sorted((find(src), find(dst)))
        root[high] = low
    return {vertex: find(vertex) for vertex in root}


def random_graph(seed: int, vertices: int, edges: int) -> Edges:
    dice = random.Random(seed)
    ids = [dice.randint(-(2**63), 2**63 - 1) for _ in range(vertices)]
    return [(dice.choice(ids), dice.choice(ids)) for _ in range(edges)]


CHAIN = [(n, n + 1) for n in range(200)]
STAR = [(0, n) for n in range(1, 100)]
LOOPS_AND_REPEATS = [(7, 7), (2, 1), *[(1, 2)] * 256, (-5, -5), (-5, 9)]
EXTREMES = [(2**63 - 1, -(2**63)), (0, -1)]
GRAPHS: dict[str, Edges] = {
    "empty": [],
    "chain": CHAIN,
    "star": STAR,
    "loops and repeats": LOOPS_AND_REPEATS,
    "extremes": EXTREMES,
    "sparse": random_graph(1, 300, 200),
    "critical": random_graph(2, 300, 300),
    "all shapes at once": [
        *CHAIN,
        *((a + 1000, b + 1000) for a, b in STAR),
        *random_graph(3, 200, 180),
    ],
}
# One graph of every shape in few jobs: each round of contraction is several of them.
FOR_CONTRACTION = ("empty", "loops and repeats", "extremes", "all shapes at once")


@pytest.fixture
def found(spark, tmp_path):
    def find(edges: Edges, engine: str) -> dict[int, int]:
        frame = spark.createDataFrame(edges, "src long, dst long")
        settings = ComponentsSettings(engine=engine)
        with scratch(spark, str(tmp_path / "scratch")) as folder:
            rows = connected_components(frame, settings, folder).collect()
        assert len(rows) == len({row.vertex for row in rows})
        return {row.vertex: row.component for row in rows}

    return find


@pytest.mark.parametrize("name", GRAPHS)
def test_the_driver_agrees_with_union_find(found, name):
    assert found(GRAPHS[name], "driver") == union_find(GRAPHS[name])


@pytest.mark.parametrize("name", FOR_CONTRACTION)
def test_contraction_agrees_with_union_find(found, name):
    assert found(GRAPHS[name], "contraction") == union_find(GRAPHS[name])


@pytest.mark.filterwarnings("default::UserWarning")
def test_graphframes_agrees_with_union_find_where_its_jar_is_there(spark, found, tmp_path):
    with scratch(spark, str(tmp_path / "probe")) as folder:
        works = graphframes_works(folder)
    if works:
        graph = GRAPHS["all shapes at once"]
        assert found(graph, "graphframes") == union_find(graph)
    else:
        warnings.warn("GRAPHFRAMES NOT TESTED: its jar is not in the jars folder", stacklevel=1)
        with pytest.raises(SetupError, match="add its jar"):
            found(STAR, "graphframes")


def test_auto_leaves_the_driver_when_there_are_too_many_edges(spark, tmp_path, monkeypatch):
    used = []
    for name, finder in FINDERS.items():
        monkeypatch.setitem(FINDERS, name, lambda e, s, n=name, f=finder: used.append(n) or f(e, s))
    edges = spark.createDataFrame([(1, 2), (2, 3)], "src long, dst long")
    for limit in (2, 1):
        with scratch(spark, str(tmp_path / "scratch")) as folder:
            settings = ComponentsSettings(driver_edges=limit)
            connected_components(edges, settings, folder)

    assert used[0] == "driver"
    assert used[1] in ("graphframes", "contraction")


def test_scratch_is_gone_afterwards_even_after_a_failure(spark, tmp_path):
    def fail_midway() -> None:
        with scratch(spark, str(tmp_path / "s")) as folder:
            folder.written("rows", spark.range(3))
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        fail_midway()
    assert not (tmp_path / "s").exists()
