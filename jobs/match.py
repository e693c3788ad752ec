"""Match: any two tables linked, or one de-duplicated, as a matching file describes it.

The blocks with their plan and caps are the pipeline's own, and so are the connected components.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs import learning, sources
from jobs.block_keys import block_keys
from jobs.components import connected_components
from jobs.config import Settings, load
from jobs.errors import ConfigError, InputError
from jobs.files import without_secrets
from jobs.launch import session
from jobs.learning import Learnt, Sides
from jobs.scratch import Scratch, scratch
from transforms.blocking import plan
from transforms.ingestion import Register
from transforms.matching import clusters, linkage, pairs, scoring
from transforms.matching.columns import (
    NAME_OF_RECORD,
    RECORD,
    plain_arrays,
    standard_records,
)
from transforms.matching.keys import blocking_rules
from transforms.matching.rules import MatchingFile

Facts = dict[str, object]


@dataclass(frozen=True)
class Request:
    """What the user asked for; without `right` the left table is matched with itself."""

    left: str
    right: str | None
    matching: Path
    out: Path
    conf: Path


@dataclass(frozen=True)
class Task:
    """One matching at work: its rules, both tables, and where frames and results go."""

    rules: MatchingFile
    settings: Settings
    sides: Sides
    scratch: Scratch
    out: Path


def match(request: Request) -> Facts:
    """Everything `doichieu match` does; returns the figures of the run."""
    rules, settings = load(request.matching, MatchingFile), load(request.conf, Settings)
    if request.out.is_file():
        raise ConfigError(f"{request.out}: is a file; --out names a folder")
    request.out.mkdir(parents=True, exist_ok=True)
    with session(settings, "doichieu match", request.out / "logs") as spark:
        return match_with(spark, request, rules, settings)


def match_with(
    spark: SparkSession, request: Request, rules: MatchingFile, settings: Settings
) -> Facts:
    """Match as asked on this session, under the rules; returns the figures of the run."""
    with scratch(spark, str((request.out / ".scratch").resolve())) as kept:
        sides = read(kept, request, rules)
        return matched(Task(rules, settings, sides, kept, request.out))


def read(kept: Scratch, request: Request, rules: MatchingFile) -> Sides:
    """Both tables cleaned, with the frequency of every value over both."""
    same = request.right is None
    left = records(kept, request.left, rules, "left")
    right = records(kept, request.right, rules, "right") if request.right is not None else left
    compared = rules.compared()
    counts = kept.written(
        "frequencies", pairs.frequencies(left if same else left.unionByName(right), compared)
    )
    left = kept.written("left_counted", pairs.with_counts(left, counts, compared))
    right = (
        left if same else kept.written("right_counted", pairs.with_counts(right, counts, compared))
    )
    left_records = left.count()
    return Sides(left, right, same, left_records, left_records if same else right.count())


def records(kept: Scratch, source: str, rules: MatchingFile, side: str) -> DataFrame:
    """One table's standard records; refuses it when an id is missing or not unique."""
    key = rules.id_of(side)
    wanted = (
        name for column, rule in rules.columns.items() for name in rule.read_from(column, side)
    )
    register = Register(side, key, tuple(dict.fromkeys((key, *wanted))))
    with sources.being_read(kept.spark):
        rows = sources.as_text(plain_arrays(sources.opened(kept.spark, source)), register, source)
        found = kept.written(f"{side}_records", standard_records(rows, key, rules.columns, side))
    counts = [
        F.count("*").alias("rows"),
        F.count(NAME_OF_RECORD).alias("named"),
        F.countDistinct(RECORD).alias("distinct"),
    ]
    seen = found.agg(*counts).collect()[0]
    if not seen["rows"] == seen["named"] == seen["distinct"] or not seen["rows"]:
        without, repeated = seen["rows"] - seen["named"], seen["named"] - seen["distinct"]
        raise InputError(
            f"{without_secrets(source)}: {key} must be there and unique; of {seen['rows']:,} rows "
            f"{without:,} have none and {repeated:,} repeat another's"
        )
    return found


def matched(task: Task) -> Facts:
    """Block, compare, learn, score, then link or cluster; results in the task's folder."""
    comparisons = task.rules.compared()
    planned, candidates = candidate_pairs(task)
    levels = task.scratch.written("compared", compared(task, candidates))
    chance = task.scratch.written(
        "random", compared(task, learning.random_pairs(task.sides, task.rules))
    )
    learnt = learning.learn(task.sides, task.rules, levels, chance)
    parameters = learning.model_rows(learnt.model, comparisons)
    write_csv(parameters, list(parameters[0]), task.out / "model.csv")
    result = (
        deduplicated(task, levels, learnt)
        if task.sides.same_table
        else linked(task, levels, learnt)
    )
    return {
        "records_left": task.sides.left_records,
        **({} if task.sides.same_table else {"records_right": task.sides.right_records}),
        "candidate_pairs": levels.count(),
        "expected_matches": round(learnt.model.matches, 1),
        **result,
        "blocking": {
            row["rule"]: cost(row.asDict()) for row in plan.cost_by_rule(planned).collect()
        },
    }


def cost(row: Mapping[str, object]) -> Facts:
    return {name: value for name, value in row.items() if name != "rule"}


def candidate_pairs(task: Task) -> tuple[DataFrame, DataFrame]:
    """The plan of the blocks, and the pairs it lets through, each once."""
    stated = task.rules.rules()
    if not stated:
        raise ConfigError("no column can make a block; write [[blocking]] rules")
    rules, sides = blocking_rules(stated), task.sides
    left = plan.Side(pairs.block_keys(sides.left, stated, "profile_id"), "profile", {})
    right = plan.Side(pairs.block_keys(sides.right, stated, "resident_id"), "resident", {})
    keys = block_keys(task.scratch, left, right, rules)
    made = task.scratch.written_apart(plan.blocks_and_pairs(keys, rules))
    planned, found = made["blocks"], made["candidate_pairs"]
    once = pairs.undirected(found) if sides.same_table else pairs.directed(found)
    return planned, task.scratch.written("candidates", once)


def compared(task: Task, wanted: DataFrame) -> DataFrame:
    return pairs.compared(wanted, task.sides.left, task.sides.right, task.rules.compared())


def linked(task: Task, levels: DataFrame, learnt: Learnt) -> Facts:
    """links.csv and pairs/: what became of each left record that had a candidate."""
    rules, comparisons = task.rules, task.rules.compared()
    weighed = learning.score(levels, learnt, comparisons)
    judged = scoring.with_rival_probability(weighed, one_to_one=rules.one_to_one)
    scored = task.scratch.written("scored", judged)
    readable = scoring.readable(scored, comparisons)
    readable.write.mode("overwrite").parquet(str(task.out / "pairs"))
    links = linkage.links(scored, rules.threshold, one_to_one=rules.one_to_one)
    rows = [row.asDict() for row in links.orderBy("left_id").collect()]
    write_csv(rows, links.columns, task.out / "links.csv")
    decisions = [row["decision"] for row in rows]
    return {name: decisions.count(name) for name in ("linked", "review", "unlinked")}


def deduplicated(task: Task, levels: DataFrame, learnt: Learnt) -> Facts:
    """clusters.csv and pairs/: which records are one, components completed and cut."""
    rules, comparisons = task.rules, task.rules.compared()
    weighed = learning.score(levels, learnt, comparisons)
    first = task.scratch.written("scored", scoring.with_pair_probability(weighed))
    edges = task.scratch.written("edges", clusters.edges(first, rules.threshold))
    components = connected_components(edges, task.settings.components, task.scratch)
    more = task.scratch.written(
        "more", compared(task, clusters.missing_pairs(components, first, rules.clusters))
    )
    late = learning.score(more, learning.extended(learnt, more, comparisons), comparisons)
    every = task.scratch.written("every", first.unionByName(scoring.with_pair_probability(late)))
    scoring.readable(every, comparisons).write.mode("overwrite").parquet(str(task.out / "pairs"))
    found = (
        clusters.joined(components)
        if rules.clusters.linkage == "single"
        else clusters.clusters(components, every, rules.threshold)
    )
    kept = task.scratch.written("clusters", found)
    placed = clusters.clustered_records(task.sides.left, kept, every)
    rows = [row.asDict() for row in placed.orderBy("cluster_id", "record_id").collect()]
    write_csv(rows, placed.columns, task.out / "clusters.csv")
    several = {row["cluster_id"] for row in rows if row["records"] > 1}
    return {
        "clusters": len({row["cluster_id"] for row in rows}),
        "clusters_of_several": len(several),
        "records_in_them": sum(row["records"] > 1 for row in rows),
        "largest_cluster": max((row["records"] for row in rows), default=0),
    }


def write_csv(rows: Iterable[Mapping[str, object]], names: Sequence[str], path: Path) -> None:
    """The rows as UTF-8 under a header of `names`, which stands there without rows as well."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
