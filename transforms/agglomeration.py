"""Average-linkage clustering of one component: weak bridges between dense groups are cut.

Sokal and Michener's group average (1958) on match weights: two groups become one while the mean
weight of all pairs between them is positive. One strong pair between two groups that otherwise
disagree joins nothing.
"""

import heapq
from collections.abc import Sequence

Edge = tuple[int, int, float]


def average_linkage(
    edges: Sequence[Edge], missing: float, bounds: tuple[float, float]
) -> list[tuple[int, int]]:
    """(record, cluster) for every end of an edge; a cluster is named by its least record.

    A weight counts within `bounds`, so that no single pair outvotes the others; a pair never
    scored counts as `missing`. Ties go to the least records: the same edges, the same clusters.
    """
    low, high = bounds
    sums: dict[int, dict[int, tuple[float, int]]] = {}
    for src, dst, weight in edges:
        kept = min(max(weight, low), high)
        sums.setdefault(src, {})[dst] = (kept, 1)
        sums.setdefault(dst, {})[src] = (kept, 1)
    members = {record: [record] for record in sums}
    heap = [
        (-weight, src, dst, 2)
        for src in sums
        for dst, (weight, _) in sums[src].items()
        if src < dst
    ]
    heapq.heapify(heap)
    while heap:
        negative, a, b, size = heapq.heappop(heap)
        if negative >= 0:
            break
        if a not in members or b not in members or len(members[a]) + len(members[b]) != size:
            continue
        _merge(a, b, members, sums)
        for other, (total, pairs) in sorted(sums[a].items()):
            _push(
                heap,
                members,
                (a, other),
                total + missing * (len(members[a]) * len(members[other]) - pairs),
            )
    return sorted((record, name) for name, group in members.items() for record in group)


def _merge(
    a: int, b: int, members: dict[int, list[int]], sums: dict[int, dict[int, tuple[float, int]]]
) -> None:
    members[a] += members.pop(b)
    theirs = sums.pop(b)
    sums[a].pop(b)
    theirs.pop(a)
    for other, (total, pairs) in theirs.items():
        mine = sums[a].get(other, (0.0, 0))
        joined = (mine[0] + total, mine[1] + pairs)
        sums[other].pop(b)
        sums[a][other] = sums[other][a] = joined


def _push(
    heap: list[tuple[float, int, int, int]],
    members: dict[int, list[int]],
    pair: tuple[int, int],
    total: float,
) -> None:
    a, b = sorted(pair)
    sizes = len(members[a]), len(members[b])
    heapq.heappush(heap, (-total / (sizes[0] * sizes[1]), a, b, sum(sizes)))
