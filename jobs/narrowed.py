"""Of a large table only the rows in question, cut down where they are read.

Spark would move every row of it to find out which are asked for.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from jobs.errors import LedgerError
from jobs.few import few
from transforms import stored
from transforms.hashing import Hashes, hashed
from transforms.kernels import applied, chosen, some
from transforms.membership import Bitmap, bitmap_of, may_hold
from transforms.waiting import Everywhere

HASH = T.StructType().add("hash", "long")
Wanted = Everywhere[Bitmap]  # the keys in question, everywhere: two bytes each


class Keys(NamedTuple):
    """The very keys in question, and the column that they are of."""

    name: str
    found: Everywhere["Sorted"]


class Sorted(NamedTuple):
    """Keys in order of their hashes, all of which differ."""

    bitmap: Bitmap
    hashes: Hashes
    values: pl.Series

    def among(self, column: pl.Series) -> npt.NDArray[np.intp]:
        """Where in the column one of the keys is."""
        hashes = hashed(column)
        (maybe,) = np.nonzero(may_hold(self.bitmap, hashes))
        if not len(maybe):
            return maybe
        at = np.searchsorted(self.hashes, hashes[maybe]).clip(max=len(self.hashes) - 1)
        alike = column[maybe] == self.values[at]
        found: npt.NDArray[np.intp] = maybe[alike.fill_null(value=False).to_numpy()]
        return found

    def holds(self, column: pl.Series) -> pl.Series:
        """Whether each value is one of the keys."""
        held = np.zeros(len(column), np.bool_)
        held[self.among(column)] = True
        return pl.Series(held)


def wanted(rows: DataFrame, *keys: str) -> Wanted:
    """All values of these columns, which are of one type; the driver holds eight bytes of each.

    One in sixteen of the other values passes as well.
    """

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        values = pl.concat([batch[key] for key in keys]).drop_nulls().unique()
        return pl.DataFrame({"hash": hashed(values).view(np.int64)})

    found = few(applied(chosen(rows, *keys), kernel, HASH))["hash"]
    bitmap = bitmap_of(found.unique().to_numpy().view(np.uint64))
    return Everywhere(rows.sparkSession, bitmap)


def among(rows: DataFrame, key: str, keys: Wanted) -> DataFrame:
    """The rows whose `key` is in question, and a few others: one in sixteen, which a join tells."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        known = batch.filter(pl.col(key).is_not_null())
        return known.filter(pl.Series(may_hold(keys.value, hashed(known[key]))))

    return applied(rows, kernel, rows.schema)


def keys_of(spark: SparkSession, name: str, values: pl.Series) -> Keys:
    """These values of the column `name`, everywhere, without what is missing.

    Raises:
        LedgerError: two of them have one 64-bit hash.
    """
    known = values.drop_nulls().unique()
    hashes = hashed(known)
    order = np.argsort(hashes)
    in_order = hashes[order]
    if (in_order[1:] == in_order[:-1]).any():
        raise LedgerError(f"two values of {name} have one hash; report this as a bug")
    found = Sorted(bitmap_of(in_order), in_order, known[order].alias(name))
    return Keys(name, Everywhere(spark, found))


def among_keys(rows: DataFrame, keys: Keys, *columns: str) -> DataFrame:
    """The rows with one of these keys, in any of `columns` where they are named, and no others."""
    return among_any(rows, dict.fromkeys(columns or (keys.name,), keys))


def among_any(rows: DataFrame, asked: Mapping[str, Keys]) -> DataFrame:
    """The rows of which any of the columns has one of the keys asked of it."""
    found = {name: keys.found for name, keys in asked.items()}
    if files := stored.files_of(rows):
        return some(rows, files, lambda: _any({name: of.value for name, of in found.items()}))

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(reduce(or_, (of.value.holds(batch[n]) for n, of in found.items())))

    return applied(rows, kernel, rows.schema)


def _any(found: Mapping[str, Sorted]) -> pl.Expr:
    return pl.any_horizontal(
        pl.col(name).is_in(keys.values.implode()) for name, keys in found.items()
    )


def without_keys(rows: DataFrame, keys: Keys) -> DataFrame:
    """All other rows."""
    name, found = keys

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.filter(~found.value.holds(batch[name]))

    return applied(rows, kernel, rows.schema)
