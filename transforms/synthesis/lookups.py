"""Look-up tables as small frames: one broadcast join each, so that plans stay small."""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


@dataclass(frozen=True)
class Lookups:
    """Each frame is unique by its first column."""

    seats: DataFrame  # seat → household in the block, first member, size, role, ages, sex
    commune_slots: DataFrame  # commune_slot → commune, province (indices)
    communes: DataFrame  # commune → spot, the ten digits of its codes
    groups: DataFrame  # group_slot → group
    surnames: DataFrame  # surname_slot → own_surname
    middles: DataFrame  # middle_slot → one
    givens: DataFrame  # given_slot → own_given


def looked_up(df: DataFrame, table: DataFrame) -> DataFrame:
    """`df` with the columns of a look-up table, joined on the table's first column."""
    return df.join(F.broadcast(table), table.columns[0], "left")
