"""Rows of Parquet files as batches, decoded where a kernel asks for them."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from transforms.stored import FILE_SHIFT, PLACE, POSITION, Group, Span, footer

# What a kernel does once a batch (every call, tables of letters, distinct texts) is dear for few
# rows: block keys of 50,000 took half as long again.
ROWS_OF_A_BATCH = 250_000
# What is said of a file whose rows cannot be read, before its name.
BROKEN = "cannot be decoded:"


def batches(
    found: Sequence[Group], schema: T.StructType, within: Span | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of these groups with the columns of `schema`; those of a span alone.

    Texts are as polars holds them: `here.plain` makes of them what Spark and writers know.
    """
    wanted = pl.DataFrame(to_arrow_schema(schema, timezone="UTC").empty_table()).schema
    for group in found:
        rows = _rows(group, wanted.names())
        own = rows.filter(within.holds()) if within else rows
        plain = own.select(wanted.names()).cast(wanted).rechunk()
        for some in plain.iter_slices(ROWS_OF_A_BATCH):
            yield from some.to_arrow(compat_level=pl.CompatLevel.newest()).to_batches()


def _rows(group: Group, names: Sequence[str]) -> pl.DataFrame:
    """The columns of these names that the file has, and where its rows stand if that is asked."""
    told = footer(group.file)
    own = told.schema.to_arrow_schema().names
    here = [name for name in names if name in own]
    try:
        rows = _decoded(group, told, here)
    except (OSError, pa.ArrowInvalid, pl.exceptions.PolarsError) as error:
        raise OSError(f"{BROKEN} {group.file}") from error
    end = group.first + told.row_group(group.at).num_rows
    at = pl.int_range(group.first, end, dtype=pl.Int64)
    places = {POSITION: at + 1, PLACE: at + (group.number << FILE_SHIFT)}
    asked = [place.alias(name) for name, place in places.items() if name in {*names} - {*here}]
    return _without(rows.with_columns(asked), np.frombuffer(group.gone, np.uint32))


def _decoded(group: Group, told: pq.FileMetaData, names: Sequence[str]) -> pl.DataFrame:
    """All rows of a group. Polars reads them in a third of the time that Arrow takes, but cannot
    tell Spark's older times beyond the year 2262, which are 96 bits.
    """
    physical = {told.schema.column(at).physical_type for at in range(told.num_columns)}
    if "INT96" in physical:
        with pq.ParquetFile(group.file, coerce_int96_timestamp_unit="us") as file:
            return pl.DataFrame(file.read_row_group(group.at, columns=names, use_threads=False))
    size = told.row_group(group.at).num_rows
    asked = pl.scan_parquet(group.file, glob=False).slice(group.first, size).select(names)
    (rows,) = pl.collect_all([asked])
    return rows


def _without(rows: pl.DataFrame, gone: npt.NDArray[np.uint32]) -> pl.DataFrame:
    """The rows but those at these positions."""
    if not len(gone):
        return rows
    lasting = np.ones(len(rows), np.bool_)
    lasting[gone] = False
    return rows.filter(pl.Series(lasting))
