import random
from itertools import combinations

from transforms.agglomeration import average_linkage


def groups(found):
    clusters = {}
    for record, cluster in found:
        clusters.setdefault(cluster, set()).add(record)
    return clusters


def by_brute_force(edges, missing):
    """Join the two groups of largest positive mean weight, over and over."""
    weight = {frozenset(pair): w for *pair, w in edges}
    parts = [frozenset({v}) for v in sorted({v for *pair, _ in edges for v in pair})]

    def mean(a, b):
        found = [weight.get(frozenset({x, y}), missing) for x in a for y in b]
        return sum(found) / len(found)

    while len(parts) > 1:
        best, one, other = max(
            (mean(a, b), a, b) if min(a) < min(b) else (mean(b, a), b, a)
            for a, b in combinations(parts, 2)
        )
        if best <= 0:
            break
        parts = [p for p in parts if p not in (one, other)] + [one | other]
    return {min(part): set(part) for part in parts}


def test_two_dense_groups_on_one_strong_bridge_stay_two():
    dense = [(1, 2, 5.0), (1, 3, 5.0), (2, 3, 5.0), (4, 5, 5.0), (4, 6, 5.0), (5, 6, 5.0)]

    found = groups(average_linkage([*dense, (3, 4, 4.5)], -3.0, (-6.0, 12.0)))

    assert found == {1: {1, 2, 3}, 4: {4, 5, 6}}


def test_clusters_are_those_of_the_definition():
    draw = random.Random(4)
    for _ in range(60):
        every = list(combinations(range(draw.randint(2, 9)), 2))
        edges = [(a, b, draw.uniform(-5, 5)) for a, b in every if draw.random() < 0.7]

        found = groups(average_linkage(edges, -2.0, (-9.0, 9.0)))

        assert found == by_brute_force(edges, -2.0)


def test_the_order_of_edges_does_not_matter():
    edges = [(1, 2, 3.0), (2, 3, 3.0), (3, 4, 3.0), (1, 3, -1.0), (2, 4, -1.0)]

    assert average_linkage(edges, -1.0, (-6.0, 12.0)) == average_linkage(
        edges[::-1], -1.0, (-6.0, 12.0)
    )
