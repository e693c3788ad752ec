"""Learning the model of a matching file from counted patterns; nothing is ever labelled."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from transforms.matching import pairs, scoring
from transforms.matching.estimation import Model, Patterns, Size, fitted, relearnt
from transforms.matching.rules import Comparison, MatchingFile

Comparisons = tuple[Comparison, ...]
# Of one table: how many records may be one person at most, on average.
MOST_COPIES = 20


@dataclass(frozen=True)
class Sides:
    """The two tables that are matched; the same frame twice when a table meets itself."""

    left: DataFrame
    right: DataFrame
    same_table: bool
    left_records: int
    right_records: int


def size(sides: Sides, rules: MatchingFile) -> Size:
    """How many pairs there are, and what the number of matches starts from and is bounded by."""
    left, right = sides.left_records, sides.right_records
    stated = rules.learning.expected_matches
    if sides.same_table:
        every = max(left * (left - 1) / 2, 1.0)
        most = min(left * MOST_COPIES, every / 2)
        return Size(every, left, min(stated or left / 4, most), most)
    every = max(float(left) * right, 1.0)
    most = min(min(left, right) if rules.one_to_one else left, every / 2)
    return Size(every, left + right, min(stated or min(left, right) / 2, most), most)


def random_pairs(sides: Sides, rules: MatchingFile) -> DataFrame:
    """About as many random pairs as the rules ask for, the same ones in every run."""
    wanted = (rules.learning.random_pairs * (2 if sides.same_table else 1)) ** 0.5
    left = pairs.sampled(sides.left, share(wanted, sides.left_records))
    right = (
        left if sides.same_table else pairs.sampled(sides.right, share(wanted, sides.right_records))
    )
    return pairs.random_pairs(left, right, same_table=sides.same_table)


def share(wanted: float, records: int) -> float:
    return min(1.0, wanted / max(records, 1))


@dataclass(frozen=True)
class Learnt:
    """The model, the sizes it stands on, and what it says about each pattern."""

    model: Model
    size: Size
    weights: DataFrame


def learn(sides: Sides, rules: MatchingFile, candidates: DataFrame, random: DataFrame) -> Learnt:
    """EM twice: on the levels alone, then with the frequency of the values agreed upon.

    Linking two tables, the second looks at each left record's best candidate only.
    """
    comparisons, total = rules.compared(), size(sides, rules)
    known = collected(pairs.counted(candidates, comparisons))
    chance = collected(pairs.counted(random, comparisons))
    counts = [len(c.levels) + 1 for c in comparisons]
    model = fitted(known.patterns, chance.patterns, counts, total)
    first = Learnt(model, total, weight_table(candidates.sparkSession, known, model, comparisons))
    scored = score(candidates, first, comparisons)
    likely = scored if sides.same_table else scoring.best_only(scored)
    rarities = scoring.counted_with_rarity(likely).collect()
    model = relearnt(model, with_rarities(known, sorted(map(tuple, rarities))), total)
    return Learnt(model, total, weight_table(candidates.sparkSession, known, model, comparisons))


def score(compared: DataFrame, learnt: Learnt, comparisons: Comparisons) -> DataFrame:
    """The pairs with their match weights; their patterns must all have been learnt from."""
    weighed = scoring.weighed(compared, learnt.weights, comparisons)
    return scoring.scored(weighed, learnt.model, comparisons, learnt.size)


def extended(learnt: Learnt, compared: DataFrame, comparisons: Comparisons) -> Learnt:
    """The model with weights of the patterns of `compared`, which it need not have seen."""
    known = collected(pairs.counted(compared, comparisons))
    table = weight_table(compared.sparkSession, known, learnt.model, comparisons)
    return replace(learnt, weights=table)


@dataclass(frozen=True)
class Known:
    """Counted patterns with the number that names each."""

    names: npt.NDArray[np.int64]
    patterns: Patterns


def collected(counted: DataFrame) -> Known:
    """The counted patterns as arrays, in a fixed order."""
    rows = sorted(map(tuple, counted.collect()))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(counted.columns))
    pairs_seen = table[:, -1].astype(float)
    return Known(table[:, 0], Patterns(table[:, 1:-1], pairs_seen, np.zeros(len(rows))))


def with_rarities(known: Known, rows: list[tuple[int, int, int]]) -> Patterns:
    """The patterns again, one row per rarity in bits they come with."""
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
    at = np.searchsorted(known.names, table[:, 0])
    return Patterns(known.patterns.codes[at], table[:, 2].astype(float), table[:, 1].astype(float))


def weight_table(
    spark: SparkSession, known: Known, model: Model, comparisons: Comparisons
) -> DataFrame:
    """One row per pattern: its weight and how far the rarity of each value counts."""
    columns = scoring.pattern_weights(model, comparisons, known.patterns.codes)
    return spark.createDataFrame(pa.table({scoring.PATTERN: known.names, **columns}))


def model_rows(model: Model, comparisons: tuple[Comparison, ...]) -> list[dict[str, object]]:
    """One row per comparison and level: m, u, weight, and by how much another level implies it."""
    return [
        {
            "comparison": comparison.column,
            "level": level,
            "m": round(float(model.m[at][position]), 9),
            "u": round(float(model.u[at][position]), 12),
            "weight": round(float(np.log2(model.m[at][position] / model.u[at][position])), 4),
            "depends_on": comparisons[parent].column if parent is not None else "",
            "weight_where_that_agrees": round(float(model.weights(at)[0][position]), 4),
        }
        for at, comparison in enumerate(comparisons)
        for parent in [model.parents[at]]
        for position, level in enumerate((*comparison.levels, "different"))
    ]
