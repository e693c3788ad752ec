"""What happens to the keys of both sides in one segment: counted, capped, made pairs of."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.exchange import Kind
from transforms.hashing import extended, hashed
from transforms.membership import segments_of
from transforms.packing import split
from transforms.xxhash64 import xxhash64

# What a pair is, and where its resident's household is brought together.
IDS = {"profile_id": pl.Int64(), "resident_id": pl.String(), "household_hash": pl.Int64()}
PAIR = Kind("pair", pl.Schema({**IDS, "found_by": pl.Int64()}), key="profile_id")
BUCKETS = 16  # of keys, as a power of two


class Cap(NamedTuple):
    """A rule's name and what its blocks may hold."""

    rule: str
    max_pairs: int
    max_residents: int


class Ordered(NamedTuple):
    """One side's keys of a segment, and the `order` that puts them in a row.

    `spans` has each `key` once, with the sum of its `records`, and where in that order its rows
    begin and how many there are.
    """

    rows: pl.DataFrame
    order: npt.NDArray[np.int64]
    spans: pl.DataFrame

    def without_keys(self, at: npt.NDArray[np.int64]) -> pl.DataFrame:
        return self.rows.drop("key", "records")[at]


def sent(rows: pl.DataFrame, most: int, width: int) -> pl.DataFrame:
    """One side's keys in a task, packed by segment, each with how many `records` it stands for.

    A key of more than `most` records, with which no block makes pairs, is one row from here on.
    """
    keys = rows.with_columns(records=pl.lit(1, pl.UInt32))
    many = crowded(keys["key"], most).to_frame("key")
    if not many.is_empty():
        whole = keys.join(many, on="key", how="semi").group_by("key")
        once = whole.agg(pl.exclude("records").get(0), pl.sum("records"))
        alone = keys.join(many, on="key", how="anti")
        keys = pl.concat([alone, once.select(keys.columns)])
    return split(keys, keys["key"].to_numpy().view(np.uint64), segments_of(width))


def crowded(keys: pl.Series, most: int) -> pl.Series:
    """The keys that occur more than `most` times: as a rule none, and that is soon told."""
    highest = (keys.to_numpy().view(np.uint64) >> np.uint64(64 - BUCKETS)).astype(np.int64)
    often = np.bincount(highest, minlength=1 << BUCKETS) > most
    counts = keys.filter(pl.Series(often[highest])).rename("key").value_counts()
    return counts.filter(pl.col("count") > most)["key"]


def in_order(rows: pl.DataFrame) -> Ordered:
    """Rows in order of `key`, and where each key's begin and how many records they hold."""
    # Whole numbers are sorted sooner than they are grouped, and by polars sooner than by NumPy.
    keys, order = rows["key"].to_numpy(), rows["key"].arg_sort().to_numpy()
    sorted_keys = keys[order]
    starts = np.flatnonzero(np.append(True, sorted_keys[1:] != sorted_keys[:-1]))
    spans = {
        "key": sorted_keys[starts],
        "records": np.add.reduceat(rows["records"].to_numpy()[order].astype(np.int64), starts),
        "first": starts,
        "rows": np.diff(starts, append=len(rows)),
    }
    return Ordered(rows, order, pl.DataFrame(spans).set_sorted("key"))


def blocks(asking: Ordered, offered: Ordered, caps: Sequence[Cap]) -> pl.DataFrame:
    """The blocks of a segment, one row a key that both sides have, where each side's rows of it
    are, and whether it is `capped`.
    """
    met = asking.spans.join(offered.spans, on="key", how="inner", suffix="_held")
    rules = pl.Series("at", asking.rows["rule"].gather(asking.order[met["first"]]))
    limits = pl.DataFrame(
        [(at, *cap) for at, cap in enumerate(caps)],
        schema={"at": pl.Int8, "rule": pl.String, "max_pairs": pl.Int64, "max_residents": pl.Int64},
        orient="row",
    )
    sized = met.rename({"records": "profiles", "records_held": "residents"}).with_columns(rules)
    too_many = pl.col("profiles") * pl.col("residents") > pl.col("max_pairs")
    return sized.join(limits, on="at", how="inner").with_columns(
        capped=too_many | (pl.col("residents") > pl.col("max_residents"))
    )


def sizes(blocks: pl.DataFrame) -> pl.DataFrame:
    """The capped blocks, one by one; the others by rule and size.

    `alike` is a hash of what blocks of one row in the end agree on.
    """
    shown = pl.when("capped").then("key").alias("key")
    size = pl.col("profiles") * pl.col("residents")
    alike = blocks.group_by("at", "profiles", "residents", "capped", shown).agg(
        rule=pl.col("rule").get(0), blocks=pl.len().cast(pl.Int64)
    )
    hashes = xxhash64(alike["rule"], alike["profiles"], alike["residents"], alike["key"])
    of_row = pl.Series("alike", hashes.view(np.int64))
    return alike.with_columns(of_row, pairs=pl.col("blocks") * size)


def summed(sizes: pl.DataFrame) -> pl.DataFrame:
    """Sizes of blocks over all segments: `blocks` and `pairs` added up where all else is equal."""
    alike = sizes.group_by("rule", "key", "profiles", "residents", "capped")
    return alike.agg(pl.sum("blocks", "pairs"))


def pairs(asking: Ordered, offered: Ordered, allowed: pl.DataFrame, segments: int) -> pl.DataFrame:
    """Every pair that these blocks make, packed by profile; `found_by` has a bit per rule."""
    first, rows, first_held, rows_held = (
        allowed[name].to_numpy() for name in ("first", "rows", "first_held", "rows_held")
    )
    size = rows * rows_held
    block = np.repeat(np.arange(len(size)), size)
    inside = np.arange(len(block)) - np.repeat(np.cumsum(size) - size, size)
    ours, theirs = np.divmod(inside, rows_held[block])
    found = pl.concat(
        [
            asking.without_keys(asking.order[first[block] + ours]),
            offered.without_keys(offered.order[first_held[block] + theirs]),
        ],
        how="horizontal",
    )
    bits = np.left_shift(np.int64(1), found["rule"].to_numpy().astype(np.int64))
    return PAIR.sent(found.with_columns(pl.Series("found_by", bits)), segments)


def credited(cells: pl.DataFrame, rules: Sequence[str]) -> pl.DataFrame:
    """One row per pair, with the names of all rules that found it."""
    pairs = once(PAIR.arrived(cells))
    sets = pairs["found_by"].unique()
    named = [[rule for at, rule in enumerate(rules) if found >> at & 1] for found in sets]
    names = pl.DataFrame(
        {"found_by": sets, "rules": named},
        schema={"found_by": pl.Int64, "rules": pl.List(pl.String)},
    )
    return pairs.join(names, on="found_by", how="inner")


def once(found: pl.DataFrame) -> pl.DataFrame:
    """Each pair once, with the bits of all its rows.

    They are told apart by a hash of both ids, in half the time of grouping by a text; were one hash
    that of two pairs, they are grouped.
    """
    if found.is_empty():
        return found
    hashes = extended(hashed(found["resident_id"]), found["profile_id"].to_numpy().view(np.uint64))
    order = pl.Series(hashes).arg_sort()
    rows, in_order = found[order], hashes[order.to_numpy()]
    is_first = np.append(True, in_order[1:] != in_order[:-1])
    unlike = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in IDS)
    if (rows.select(unlike.fill_null(value=True)).to_series().to_numpy() > is_first).any():
        return found.group_by(*IDS).agg(pl.col("found_by").bitwise_or())
    starts = np.flatnonzero(is_first)
    bits = np.bitwise_or.reduceat(rows["found_by"].to_numpy(), starts)
    return rows[starts].with_columns(pl.Series("found_by", bits))
