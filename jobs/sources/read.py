"""From a source's address to a frame that can be scanned more than once."""

import re
from collections.abc import Sequence

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs import files
from jobs.errors import InputError
from jobs.few import few
from jobs.scratch import Scratch
from jobs.segments import count
from jobs.sources.address import Address, resolve
from jobs.sources.columns import as_text, taken
from jobs.sources.delimited import read_csv
from jobs.sources.headers import header_of
from jobs.sources.jdbc import read_jdbc
from jobs.sources.plain_csv import ENDING, are_plain, chunks, has_plain_header, rows_of
from transforms import stored
from transforms.ingestion import ROW_NUMBER, UNREADABLE, Register
from transforms.kernels import applied
from transforms.stored import StoredFile


def landed(scratch: Scratch, source: str, register: Register) -> DataFrame:
    """The register's rows as received, from columnar files.

    Text and databases are read once and landed: parsing is dear, and a database may change
    between two reads.
    """
    address = resolve(scratch.spark, source)
    rows = read_plainly(scratch.spark, address, register)
    if rows is None:
        rows = as_text(
            _read(scratch.spark, address, register.columns), register, source.partition("?")[0]
        )
    if address.format in ("csv", "jdbc"):
        rows = scratch.written(register.source, rows)
    elif address.format == "parquet":
        rows = read_by_kernels(scratch.spark, rows, address.location)
    if not count(rows):
        raise InputError(f"{source.partition('?')[0]}: holds no row; check that it was filled")
    return rows


def read_plainly(spark: SparkSession, address: Address, register: Register) -> DataFrame | None:
    """The rows of CSV on this machine which there is only one way to read; None of any other."""
    found = files.listed(spark, address.location) if address.format == "csv" else []
    headers = {header_of(spark, file) for file in found}
    paths = [path for file in found if (path := local_path(file.path)) and path.endswith(ENDING)]
    if len(headers) != 1 or len(paths) < len(found):
        return None
    (whole,) = headers
    header, width = whole.names, len(whole.names)
    named = {to: name for name, to in taken(header, register)}
    lacking = {*register.columns} - {*named}
    if lacking or len(named) < width or not all(has_plain_header(path, width) for path in paths):
        return None
    parts = chunks(paths, [file.size for file in found])
    if not few(are_plain(spark, parts, width))["plain"].all():
        return None
    fields = [T.StructField(name, T.StringType()) for name in (*named, UNREADABLE)]
    schema = T.StructType([*fields, T.StructField(ROW_NUMBER, T.LongType())])
    told = [pl.col(name).alias(to) for to, name in named.items()]
    nothing = [pl.lit(None, pl.String).alias(UNREADABLE), pl.lit(None, pl.Int64).alias(ROW_NUMBER)]
    return applied(rows_of(spark, parts, header), lambda rows: rows.select(*told, *nothing), schema)


def read_by_kernels(spark: SparkSession, rows: DataFrame, location: str) -> DataFrame:
    """The same rows; of files with nothing but texts in columns of these names kernels read them
    as they are, empty texts too.
    """
    paths = [local_path(file.path) for file in files.listed(spark, location)]
    received = rows.drop(UNREADABLE)
    names = {name for name in received.columns if name != ROW_NUMBER}
    if all(path and is_plain(path, names) for path in paths):
        return stored.known(received, [StoredFile(path, given=True) for path in paths if path])
    return rows


def local_path(address: str) -> str | None:
    """The path of a file on this machine, as Hadoop writes it; None elsewhere."""
    found = re.fullmatch("(?:file:(?://)?)?(/.*)", address, re.DOTALL)
    return found[1] if found else None


def is_plain(path: str, names: set[str]) -> bool:
    """Whether a Parquet file has these columns, all of them text."""
    columns = pq.read_schema(path)
    texts = (pa.types.is_string(kind) or pa.types.is_large_string(kind) for kind in columns.types)
    return set(columns.names) == names and all(texts)


def opened(spark: SparkSession, source: str) -> DataFrame:
    """The source with the columns it has, in whatever format it is."""
    return _read(spark, resolve(spark, source))


def _read(spark: SparkSession, address: Address, needed: Sequence[str] = ()) -> DataFrame:
    match address.format:
        case "csv":
            return read_csv(spark, address.location, needed)
        case "parquet":
            paths = [file.literal for file in files.listed(spark, address.location)]
            rows = spark.read.option("mergeSchema", "true").parquet(*paths)
            return rows.withColumn(ROW_NUMBER, F.col("_metadata.row_index") + 1)
        case "delta":
            return spark.read.format("delta").load(address.location)
        case "jdbc":
            return read_jdbc(spark, address.location)
