"""Where the errors of a synthetic nation are cut, so that its rows show the official shares."""

from dataclasses import replace

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from transforms.synthesis import classes, codes
from transforms.synthesis.classes import Cuts
from transforms.synthesis.world import World

# Settled codes that are no part of the official class WRONG.
NOT_WRONG = ("NOID_", "OUTSIDER", "FOREIGN")


def find_cuts(skeleton: DataFrame, world: World) -> Cuts:
    """The cuts at which the classes hold the official shares of rows; one count per score."""
    aim, cuts = world.targets, Cuts()
    first = F.col("copy") == 0
    bins = _bins(skeleton, "missing_score", rows=first)
    cuts = replace(cuts, missing=_cut(bins, "rows", aim.missing * _total(bins, "rows")))
    recorded = skeleton.where(F.col("missing_score") >= cuts.missing)
    bins = _bins(recorded, "unsent_score", rows=F.col("copy").isNotNull())
    total = _total(bins, "rows")
    cuts = replace(cuts, unsent=_cut(bins, "rows", aim.unsent * total))
    sent = recorded.where(F.col("unsent_score") >= cuts.unsent)
    cuts = replace(cuts, files=_file_cuts(sent, world, total))
    cuts = _noid_cuts(sent, world, total, cuts)
    return replace(cuts, wrong=_wrong_cut(sent, world, total, cuts))


def _file_cuts(sent: DataFrame, world: World, total: int) -> tuple[float, ...]:
    conditions = {name: F.col(name) for name in classes.FILE_CODES.values()}
    bins = _bins(sent, "file_score", **conditions)
    shares = code_shares(world)
    found: list[float] = [0.0]
    for code, condition in classes.FILE_CODES.items():
        found.append(_cut(bins, condition, shares[code] * total, found[-1]))
    return tuple(found[1:])


def code_shares(world: World) -> dict[str, float]:
    """Code → share of recorded rows."""
    wrong = world.reference.error_shares(codes.WRONG)
    noid = world.reference.error_shares(codes.NOID)
    return {c: s * world.targets.wrong for c, s in wrong.items()} | {
        c: s * world.targets.noid for c, s in noid.items()
    }


def _noid_cuts(sent: DataFrame, world: World, total: int, cuts: Cuts) -> Cuts:
    free = classes.decided(cuts).isNull()
    adult = F.col("adult")
    bins = _bins(sent, "noid_score", adult=free & adult, child=free & ~adult)
    settled = _settled(sent, cuts)
    aim, child = world.targets, code_shares(world)["NOID_CHILD"] * total
    files = settled.get("NOID_LOST0", 0) + settled.get("NOID_SCI", 0)
    lost = aim.noid_unresolvable * total - settled.get("OUTSIDER", 0)
    unresolvable = _cut(bins, "adult", lost)
    rest = aim.noid_resolvable * total - files - child
    noid_adult = _cut(bins, "adult", rest, unresolvable)
    return replace(
        cuts,
        unresolvable=unresolvable,
        noid_adult=noid_adult,
        noid_child=_cut(bins, "child", child),
    )


def _wrong_cut(sent: DataFrame, world: World, total: int, cuts: Cuts) -> float:
    settled_code = classes.decided(cuts)
    free = settled_code.isNull() & ~classes.noid(cuts, settled_code)
    settled = _settled(sent, cuts)
    others = sum(n for code, n in settled.items() if not code.startswith(NOT_WRONG))
    bins = _bins(sent, "wrong_score", free=free)
    return _cut(bins, "free", world.targets.wrong * total - others)


def _settled(sent: DataFrame, cuts: Cuts) -> dict[str, int]:
    """Rows by code of what does not depend on the free draw."""
    settled = sent.select(classes.decided(cuts).alias("code")).where(F.col("code").isNotNull())
    return {row["code"]: row["count"] for row in settled.groupBy("code").count().collect()}


Bins = list[Row]


def _bins(scored: DataFrame, score: str, **conditions: Column) -> Bins:
    return classes.histogram(scored, score, conditions).collect()


def _total(bins: Bins, name: str) -> int:
    return sum(row[name] for row in bins)


def _cut(bins: Bins, name: str, target: float, start: float = 0.0) -> float:
    return classes.cut_at([(row["bin"], row[name]) for row in bins], target, start)
