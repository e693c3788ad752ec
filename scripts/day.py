"""A day's rows of a register: one in a hundred, half of them new and half with another value."""

import random
from pathlib import Path

import polars as pl

from scripts.registers import read

ONE_IN = 100
KEYS = {"residents": "resident_id", "doses": "dose_id"}
MAY_CHANGE = ("full_name", "date_of_birth", "sex", "phone", "id_number")


def day(registers: Path, folder: Path, name: str, number: int) -> Path:
    """Writes that day's file of the register `name`, and says where.

    A new row is another's with a key of its own; what has changed is what some other row says.
    """
    rows = read(registers, name)
    dice, size = random.Random(number), len(rows)
    drawn = dice.sample(range(size), size // ONE_IN)
    new, changed = rows[drawn[::2]], rows[drawn[1::2]]
    others = rows[[dice.randrange(size) for _ in range(len(changed))]]
    which = pl.Series([dice.randrange(len(MAY_CHANGE)) for _ in range(len(changed))])
    values = [
        pl.Series(column, others[column]).zip_with(which == at, changed[column])
        for at, column in enumerate(MAY_CHANGE)
    ]
    key = KEYS[name]
    added = new.with_columns(pl.format("{}-{}", key, pl.lit(number)).alias(key))
    file = folder / f"{name}-day-{number}.parquet"
    pl.concat([added, changed.with_columns(values)]).write_parquet(file)
    return file
