"""Look-up tables as small frames: the value of a key stands in the row of that number."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Lookups:
    """What a number drawn or computed decides, by the number."""

    seats: pl.DataFrame  # seat → household in the block, first member, size, role, ages, sex
    commune_slots: pl.DataFrame  # slot → commune, province (indices)
    communes: pl.DataFrame  # commune → its three codes
    groups: pl.DataFrame  # slot → group
    surnames: pl.DataFrame  # slot → own_surname
    middles: pl.DataFrame  # slot → one
    seconds: pl.DataFrame  # slot → two
    givens: pl.DataFrame  # slot → own_given


def looked_up(frame: pl.DataFrame, key: pl.Expr, table: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the columns of a look-up table, each row's found by `key`."""
    return frame.hstack(table[frame.select(key.alias("key"))["key"]])
