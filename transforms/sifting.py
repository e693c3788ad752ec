"""Sifting: which received rows are beyond doubt, told a batch at a time while they are read.

Only the others get a second look, row by row (`ingestion`): refused ones, as a rule few, and those
whose key occurs twice. A row left in doubt for nothing is looked at once more, nothing else.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.columns import NOTHING
from transforms.exchange import Kind, applied_to_segments
from transforms.expressions import padded
from transforms.ingestion import MARKS, RESIDENTS, UNREADABLE, Register
from transforms.kernels import applied, applied_to_tasks, chosen
from transforms.packing import CELLS
from transforms.waiting import Everywhere
from transforms.xxhash64 import xxhash64

# Hashes of the keys in doubt, in order; eight bytes each in every process.
Keys = npt.NDArray[np.int64]
HASH = T.StructType().add("hash", "long")
KEY = Kind("key", pl.Schema({"hash": pl.Int64(), "in_doubt": pl.Boolean()}), key="hash")
# As Spark reads the day of a text: what stands behind a blank or a T is not looked at.
DAY = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}([ T]|$)"


class Codes(NamedTuple):
    """What the reference knows: its provinces, and the province of each commune."""

    provinces: list[str]
    communes: Mapping[str, str]


def keys_in_doubt(rows: DataFrame, register: Register, codes: Codes, segments: int) -> DataFrame:
    """`hash` of every key whose rows need a second look, once each."""
    received = chosen(rows, *(name for name in looked_at(register) if name in rows.columns))

    def sent(task: pl.DataFrame) -> pl.DataFrame:
        told = pl.DataFrame(
            {"hash": hashes_of(task[register.key]), "in_doubt": in_doubt(task, register, codes)}
        )
        bad = pl.col("in_doubt")
        return KEY.sent(pl.concat([told.filter(~bad), told.filter(bad).unique()]), segments)

    def found(cells: pl.DataFrame) -> pl.DataFrame:
        keys = KEY.arrived(cells)
        more_than_one = pl.col("hash").is_duplicated()
        return keys.filter(pl.col("in_doubt") | more_than_one).select("hash").unique()

    cells = applied_to_tasks(received, sent, CELLS)
    return applied_to_segments(cells, segments, found, HASH)


def looked_at(register: Register) -> tuple[str, ...]:
    """The columns that may speak against a row by themselves."""
    places = ("province_code", "district_code", "commune_code")
    own = ("sex", "life_status") if register == RESIDENTS else ("injected_on",)
    return (register.key, *places, *own, UNREADABLE)


def in_doubt(rows: pl.DataFrame, register: Register, codes: Codes) -> pl.Series:
    """Whether something of a row is not plainly as it should be."""
    province, commune = padded(pl.col("province_code"), 2), padded(pl.col("commune_code"), 5)
    theirs = commune.replace_strict(dict(codes.communes), default=None, return_dtype=pl.String)
    checks = [
        pl.col(register.key).is_not_null() & (pl.col(register.key) != ""),
        fine("province_code", province.is_in(codes.provinces)),
        *(fine(name, pl.col(name).str.contains(r"^[0-9]+(\.0+)?$"))
          for name in ("district_code", "commune_code")),
    ]  # fmt: skip
    if register == RESIDENTS:
        checks += [
            fine("commune_code", theirs.is_null() | (theirs == province)),
            fine("sex", pl.col("sex").is_in(["M", "F"])),
            fine("life_status", pl.col("life_status").is_in(["alive", "deceased"])),
        ]
    else:
        day = pl.col("injected_on").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        checks += [fine("injected_on", pl.col("injected_on").str.contains(DAY) & day.is_not_null())]
    if UNREADABLE in rows.columns:
        checks += [pl.col(UNREADABLE).is_null()]
    sure = pl.all_horizontal(check.fill_null(value=False) for check in checks)
    return rows.select((~sure).alias("in_doubt")).to_series()


def fine(name: str, as_it_should: pl.Expr) -> pl.Expr:
    """Whether a value is as it should be, or was not given."""
    value = pl.col(name)
    return value.is_null() | value.is_in(["", *NOTHING]) | as_it_should


def rows_in_doubt(rows: DataFrame, keys: Everywhere[Keys], register: Register) -> DataFrame:
    """The rows of keys in doubt, marks and all."""
    return _sifted(rows, keys, register, wanted=True)


def rows_beyond_doubt(rows: DataFrame, keys: Everywhere[Keys], register: Register) -> DataFrame:
    """The others as received, extra columns and all; empty is null."""
    plain = chosen(rows, *(name for name in rows.columns if name not in MARKS))
    return _sifted(plain, keys, register, wanted=False)


def _sifted(
    rows: DataFrame, keys: Everywhere[Keys], register: Register, *, wanted: bool
) -> DataFrame:
    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        mask = among(keys.value, hashes_of(batch[register.key]).to_numpy()) == wanted
        return emptied(batch.filter(pl.Series(mask)), register)

    return applied(rows, kernel, rows.schema)


def among(keys: Keys, hashes: Keys) -> npt.NDArray[np.bool_]:
    """Which hashes are of keys in doubt."""
    if not len(keys):
        return np.zeros(len(hashes), np.bool_)
    at = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1)
    return np.equal(keys[at], hashes)


def emptied(batch: pl.DataFrame, register: Register) -> pl.DataFrame:
    """The columns of the contract with empty texts as null."""
    with_empty = [name for name in register.columns if (batch[name] == "").any()]
    return batch.with_columns(pl.col(with_empty).replace("", None))


def hashes_of(keys: pl.Series) -> pl.Series:
    """As `xxhash64` of Spark; an empty key is none."""
    given = keys.to_frame().select(pl.all().replace("", None)).to_series()
    return pl.Series("hash", xxhash64(given).view(np.int64))
