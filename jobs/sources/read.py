"""From a source's address to a frame that can be scanned more than once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import polars as pl
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from jobs import files
from jobs.errors import InputError
from jobs.few import few
from jobs.scratch import Scratch
from jobs.segments import count
from jobs.session import SKIPPING
from jobs.sources.address import Address, resolve
from jobs.sources.columns import as_text, refuse_names, taken
from jobs.sources.delimited import read_csv
from jobs.sources.headers import header_of
from jobs.sources.jdbc import read_jdbc
from jobs.sources.parquet import local_path, read_parquet, texts_by_kernels
from jobs.sources.plain_csv import ENDING, are_plain, chunks, has_plain_header, rows_of
from jobs.sources.refusal import unreadable_refused
from transforms.ingestion import ROW_NUMBER, UNREADABLE, Register
from transforms.kernels import applied
from transforms.waiting import awake, is_awake, option


@contextmanager
def being_read(spark: SparkSession) -> Iterator[None]:
    """Inside, sources are opened and their rows taken; an unreadable file becomes an InputError.

    Afterwards Delta is asked as little as before: see `read_delta`.
    """
    asked = option(spark, SKIPPING, "true")
    try:
        with unreadable_refused():
            yield
    finally:
        if is_awake(spark):
            spark.conf.set(SKIPPING, asked)


def landed(scratch: Scratch, source: str, register: Register) -> DataFrame:
    """The register's rows as received, from columnar files.

    Text and databases are read once and landed: parsing is dear, and a database may change
    between two reads.
    """
    spark = scratch.spark
    address = resolve(spark, source)

    def read() -> DataFrame:
        return as_text(_read(spark, address, register.columns), register, source)

    match address.format:
        case "parquet":
            plain = texts_by_kernels(spark, address.location, register, read)
        case "csv":
            plain = read_plainly(spark, address.location, register)
        case _:
            plain = None
    rows = read() if plain is None else plain
    if address.format in ("csv", "jdbc"):
        rows = scratch.written(register.source, rows)
    if not count(rows):
        raise InputError(f"{files.without_secrets(source)}: holds no row; check that it was filled")
    return rows


def read_plainly(spark: SparkSession, location: str, register: Register) -> DataFrame | None:
    """The rows of CSV on this machine which there is only one way to read; None of any other."""
    found = files.listed(spark, location)
    headers = {header_of(spark, file) for file in found}
    paths = [path for file in found if (path := local_path(file.path)) and path.endswith(ENDING)]
    if len(headers) != 1 or len(paths) < len(found):
        return None
    (whole,) = headers
    header, width = whole.names, len(whole.names)
    named = {to: name for name, to in taken(header, register)}
    lacking = {*register.columns} - {*named}
    if lacking or not all(has_plain_header(path, width) for path in paths):
        return None
    refuse_names(found[0].path, header, register.columns)
    parts = chunks(paths, [file.size for file in found])
    if not few(are_plain(spark, parts, width))["plain"].all():
        return None
    fields = [T.StructField(name, T.StringType()) for name in (*named, UNREADABLE)]
    schema = T.StructType([*fields, T.StructField(ROW_NUMBER, T.LongType())])
    told = [pl.col(name).alias(to) for to, name in named.items()]
    nothing = [pl.lit(None, pl.String).alias(UNREADABLE), pl.lit(None, pl.Int64).alias(ROW_NUMBER)]
    return applied(rows_of(spark, parts, header), lambda rows: rows.select(*told, *nothing), schema)


def opened(spark: SparkSession, source: str) -> DataFrame:
    """The source with the columns it has, in whatever format it is."""
    return _read(spark, resolve(spark, source))


def _read(spark: SparkSession, address: Address, needed: Sequence[str] = ()) -> DataFrame:
    awake(spark)
    match address.format:
        case "csv":
            return read_csv(spark, address.location, needed)
        case "parquet":
            return read_parquet(spark, address.location, needed)
        case "delta":
            rows = read_delta(spark, address.location)
        case "jdbc":
            rows = read_jdbc(spark, address.location)
    refuse_names(address.location, rows.columns, needed)
    return rows


def read_delta(spark: SparkSession, location: str) -> DataFrame:
    """The table in the folder as it is now; opened inside `being_read`, it is read inside too."""
    if not files.is_delta(spark, location):
        raise InputError(
            f"{files.without_secrets(location)}: holds no Delta table; check the path, or say "
            "csv:PATH or parquet:PATH"
        )
    try:
        # Stages need none of what this asks for; of a table that has lost rows Delta tells by it
        # which ones.
        spark.conf.set(SKIPPING, "true")
        return spark.read.format("delta").load(location)
    except (PySparkException, Py4JJavaError):
        # Its own words may tell names of columns.
        raise InputError(
            f"{files.without_secrets(location)}: its Delta log cannot be read; restore the table"
        ) from None
