"""Where the errors of a synthetic nation are cut, so that its rows show the official shares."""

from dataclasses import dataclass, replace

import polars as pl

from transforms.synthesis import classes, codes
from transforms.synthesis.classes import Cuts
from transforms.synthesis.world import World

# Settled codes that are no part of the official class WRONG.
NOT_WRONG = ("NOID_", "OUTSIDER", "FOREIGN")


@dataclass(frozen=True)
class Sent:
    """The rows that were sent: their scores, and the counts that the shares are shares of."""

    scores: pl.LazyFrame
    recorded: int
    settled: dict[str, int]  # by code of what does not depend on the free draw


def find_cuts(skeleton: pl.LazyFrame, world: World) -> Cuts:
    """The cuts at which the classes hold the official shares of rows; one count per score."""
    aim = world.targets
    bins = _bins(skeleton, "missing_score", rows=pl.col("copy") == 0)
    cuts = Cuts(missing=_cut(bins, "rows", aim.missing * _total(bins, "rows")))
    recorded = skeleton.filter(pl.col("missing_score") >= cuts.missing)
    bins = _bins(recorded, "unsent_score", rows=pl.col("copy").is_not_null())
    total = _total(bins, "rows")
    cuts = replace(cuts, unsent=_cut(bins, "rows", aim.unsent * total))
    scores = recorded.filter(pl.col("unsent_score") >= cuts.unsent)
    cuts = replace(cuts, files=_file_cuts(scores, world, total))
    sent = Sent(scores, total, _settled(scores, cuts))
    cuts = _noid_cuts(sent, world, cuts)
    return replace(cuts, wrong=_wrong_cut(sent, world, cuts))


def _file_cuts(scores: pl.LazyFrame, world: World, total: int) -> tuple[float, ...]:
    conditions = {name: pl.col(name) for name in classes.FILE_CODES.values()}
    bins = _bins(scores, "file_score", **conditions)
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


def _noid_cuts(sent: Sent, world: World, cuts: Cuts) -> Cuts:
    free, adult = classes.decided(cuts).is_null(), pl.col("adult")
    bins = _bins(sent.scores, "noid_score", adult=free & adult, child=free & ~adult)
    settled, total = sent.settled, sent.recorded
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


def _wrong_cut(sent: Sent, world: World, cuts: Cuts) -> float:
    settled_code = classes.decided(cuts)
    free = settled_code.is_null() & ~classes.noid(cuts, settled_code)
    others = sum(n for code, n in sent.settled.items() if not code.startswith(NOT_WRONG))
    bins = _bins(sent.scores, "wrong_score", free=free)
    return _cut(bins, "free", world.targets.wrong * sent.recorded - others)


def _settled(scores: pl.LazyFrame, cuts: Cuts) -> dict[str, int]:
    settled = scores.select(code=classes.decided(cuts)).filter(pl.col("code").is_not_null())
    return dict(settled.group_by("code").len().collect(engine="streaming").iter_rows())


def _bins(scores: pl.LazyFrame, score: str, **conditions: pl.Expr) -> pl.DataFrame:
    """Rows by bin of a score: `bin` and, for each name, how many rows satisfy its condition."""
    number = (pl.col(score) * classes.BINS).cast(pl.Int32).alias("bin")
    counts = {name: holds.sum().cast(pl.Int64) for name, holds in conditions.items()}
    return scores.group_by(number).agg(**counts).collect(engine="streaming")


def _total(bins: pl.DataFrame, name: str) -> int:
    return int(bins[name].sum())


def _cut(bins: pl.DataFrame, name: str, target: float, start: float = 0.0) -> float:
    return classes.cut_at(list(bins.select("bin", name).iter_rows()), target, start)
