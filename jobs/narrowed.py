"""Of a large table only the rows in question, cut down where they are read.

Spark would move every row of it to find out which are asked for.
"""

import numpy as np
import polars as pl
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from jobs.few import few
from transforms.hashing import hashed
from transforms.kernels import applied, chosen
from transforms.membership import BITS_PER_KEY, Bitmap, bitmap_of, may_hold

HASH = T.StructType().add("hash", "long")
Wanted = Broadcast[Bitmap]  # the keys in question, everywhere: two bytes each


def wanted(rows: DataFrame, *keys: str, bits_per_key: int = BITS_PER_KEY) -> Wanted:
    """All values of these columns, which are of one type; the driver holds eight bytes of each.

    One in `bits_per_key` of the other values passes as well.
    """

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        values = pl.concat([batch[key] for key in keys]).drop_nulls().unique()
        return pl.DataFrame({"hash": hashed(values).view(np.int64)})

    found = few(applied(chosen(rows, *keys), kernel, HASH))["hash"]
    bitmap = bitmap_of(found.unique().to_numpy().view(np.uint64), bits_per_key)
    return rows.sparkSession.sparkContext.broadcast(bitmap)


def among(rows: DataFrame, key: str, keys: Wanted) -> DataFrame:
    """The rows whose `key` is in question, and a few others: one in sixteen, which a join tells."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        known = batch.filter(pl.col(key).is_not_null())
        return known.filter(pl.Series(may_hold(keys.value, hashed(known[key]))))

    return applied(rows, kernel, rows.schema)
