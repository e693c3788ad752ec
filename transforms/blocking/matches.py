"""What happens to the keys of both sides in one segment: counted, capped, and made pairs of."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.hashing import hashed
from transforms.membership import segments_of
from transforms.packing import split, unpacked
from transforms.xxhash64 import xxhash64

# What a pair is, and where its resident's household is brought together.
PAIR = ("profile_id", "resident_id", "household_hash")
Capped = npt.NDArray[np.int64]


class Cap(NamedTuple):
    """A rule's name and what its blocks may hold."""

    rule: str
    max_pairs: int
    max_residents: int


def counted(cells: pl.DataFrame, width: int) -> pl.DataFrame:
    """How often each key of one side occurs in a task, packed by segment.

    A key of a million records is a row per task from here on.
    """
    keys = unpacked(cells).select(pl.col("^key|rule$")).sort("key")
    (first,) = np.nonzero(keys["key"].rle_id().diff().fill_null(1).to_numpy())
    records = np.diff(first, append=len(keys))
    counts = keys[first].with_columns(records=records)
    return split(counts, counts["key"].to_numpy().view(np.uint64), segments_of(width))


def sizes(profiles: pl.DataFrame, residents: pl.DataFrame, caps: Sequence[Cap]) -> pl.DataFrame:
    """The blocks of a segment: each capped one, the others by rule and size.

    `alike` is a hash of what blocks of one row in the end agree on.
    """
    asking = unpacked(profiles).group_by("key").agg(pl.max("rule"), profiles=pl.sum("records"))
    offered = unpacked(residents).group_by("key").agg(residents=pl.sum("records"))
    limits = pl.DataFrame(
        [(at, *cap) for at, cap in enumerate(caps)],
        schema={"at": pl.Int8, "rule": pl.String, "max_pairs": pl.Int64, "max_residents": pl.Int64},
        orient="row",
    )
    size = pl.col("profiles") * pl.col("residents")
    capped = (size > pl.col("max_pairs")) | (pl.col("residents") > pl.col("max_residents"))
    met = (
        asking.rename({"rule": "at"})
        .join(offered, on="key", how="inner")
        .join(limits, on="at", how="inner")
        .with_columns(pl.col("profiles", "residents").cast(pl.Int64))
        .with_columns(capped=capped)
    )
    shown = pl.when("capped").then("key").alias("key")
    alike = met.group_by("rule", "profiles", "residents", "capped", shown).agg(
        blocks=pl.len().cast(pl.Int64)
    )
    hashes = xxhash64(alike["rule"], alike["profiles"], alike["residents"], alike["key"])
    of_row = pl.Series("alike", hashes.view(np.int64))
    return alike.with_columns(of_row, pairs=pl.col("blocks") * size)


def summed(sizes: pl.DataFrame) -> pl.DataFrame:
    """The same of all segments."""
    alike = sizes.group_by("rule", "key", "profiles", "residents", "capped")
    return alike.agg(pl.sum("blocks", "pairs"))


def kept(cells: pl.DataFrame, capped: Capped, width: int) -> pl.DataFrame:
    """One side's keys in a task, packed by segment, without those of capped blocks."""
    left_out = pl.DataFrame({"key": capped}, schema={"key": pl.Int64})
    keys = unpacked(cells).join(left_out, on="key", how="anti")
    return split(keys, keys["key"].to_numpy().view(np.uint64), segments_of(width))


def pairs(profiles: pl.DataFrame, residents: pl.DataFrame, width: int) -> pl.DataFrame:
    """Every pair that a segment's keys make, packed by profile; `found_by` has a bit per rule."""
    found = unpacked(profiles).join(unpacked(residents), on="key", how="inner")
    bits = np.left_shift(np.int64(1), found["rule"].to_numpy().astype(np.int64))
    made = found.select(*PAIR, pl.Series("found_by", bits))
    return split(made, hashed(made["profile_id"]), segments_of(width))


def credited(cells: pl.DataFrame, rules: Sequence[str]) -> pl.DataFrame:
    """One row per pair, with the names of all rules that found it."""
    once = unpacked(cells).group_by(*PAIR).agg(pl.col("found_by").bitwise_or())
    sets = once["found_by"].unique()
    named = [[rule for at, rule in enumerate(rules) if found >> at & 1] for found in sets]
    names = pl.DataFrame(
        {"found_by": sets, "rules": named},
        schema={"found_by": pl.Int64, "rules": pl.List(pl.String)},
    )
    return once.join(names, on="found_by", how="inner")
