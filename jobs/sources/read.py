"""From a source's address to a frame that can be scanned more than once."""

import re
from collections.abc import Sequence

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs import files
from jobs.errors import InputError
from jobs.few import few
from jobs.scratch import Scratch
from jobs.segments import count
from jobs.sources.address import Address, resolve
from jobs.sources.delimited import header_of, read_csv
from jobs.sources.jdbc import read_jdbc
from jobs.sources.plain_csv import ENDING, are_plain, chunks, has_plain_header, rows_of
from transforms import stored
from transforms.ingestion import ROW_NUMBER, UNREADABLE, Register
from transforms.kernels import applied
from transforms.stored import StoredFile

# Delta allows none of these in a column's name.
NOT_IN_NAMES = str.maketrans(dict.fromkeys(" ,;{}()\n\t=", "_"))


def landed(scratch: Scratch, source: str, register: Register) -> DataFrame:
    """The register's rows as received, from columnar files.

    Text and databases are read once and landed: parsing is dear, and a database may change
    between two reads.
    """
    address = resolve(scratch.spark, source)
    rows = read_plainly(scratch.spark, address, register)
    if rows is None:
        rows = as_text(_read(scratch.spark, address), register, source.partition("?")[0])
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
    (header,) = headers
    named = {to: name for name, to in taken(header, register)}
    lacking, width = {*register.columns} - {*named}, len(header)
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


def taken(names: Sequence[str], register: Register) -> list[tuple[str, str]]:
    """Columns that are taken, and what they are called: the contract's first, then all others."""
    present = {name.casefold(): name for name in names}
    known = {*register.columns, UNREADABLE, ROW_NUMBER}
    contract = [(present[name], name) for name in register.columns if name in present]
    others = [
        (name, name.translate(NOT_IN_NAMES)) for key, name in present.items() if key not in known
    ]
    return contract + others


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


def as_text(rows: DataFrame, register: Register, source: str) -> DataFrame:
    """Contract columns as text, empty as null; extra columns follow, untouched.

    Raises InputError naming every contract column that is missing.
    """
    present = {field.name.casefold(): field for field in rows.schema.fields}
    missing = [name for name in register.columns if name not in present]
    if missing:
        raise InputError(
            f"{source}: no column {', '.join(missing)}; {register.source} need "
            f"{', '.join(register.columns)}"
        )
    columns = [
        (_text(present[key], source) if key in register.columns else F.col(f"`{name}`")).alias(to)
        for name, to in taken(rows.columns, register)
        for key in [name.casefold()]
    ]
    return marked(rows).select(*columns, UNREADABLE, ROW_NUMBER)


def marked(rows: DataFrame) -> DataFrame:
    """The same rows with both marks, null where the source says nothing."""
    marks = ((UNREADABLE, T.StringType()), (ROW_NUMBER, T.LongType()))
    lacking = {name: F.lit(None).cast(kind) for name, kind in marks if name not in rows.columns}
    return rows.withColumns(lacking)


def _text(field: T.StructField, source: str) -> Column:
    column = F.col(f"`{field.name}`")
    match field.dataType:
        case T.StringType() | T.BinaryType() | T.DateType() | T.BooleanType() | T.IntegralType():
            text = column.cast("string")
        case T.DecimalType():
            text = column.cast("string")
        case T.FractionalType():
            # A whole column of numbers with one gap is floating point in many tools.
            whole = (column == F.floor(column)) & (F.abs(column) < F.lit(1e15))
            number = F.when(whole, column.cast("bigint").cast("string"))
            text = number.otherwise(column.cast("string"))
        case T.TimestampType() | T.TimestampNTZType():
            text = F.regexp_replace(column.cast("string"), " 00:00:00$", "")
        case kind:
            raise InputError(f"{source}: column {field.name} holds {kind.simpleString()}, not text")
    return F.nullif(text, F.lit(""))


def _read(spark: SparkSession, address: Address) -> DataFrame:
    match address.format:
        case "csv":
            return read_csv(spark, address.location)
        case "parquet":
            paths = [file.literal for file in files.listed(spark, address.location)]
            rows = spark.read.option("mergeSchema", "true").parquet(*paths)
            return rows.withColumn(ROW_NUMBER, F.col("_metadata.row_index") + 1)
        case "delta":
            return spark.read.format("delta").load(address.location)
        case "jdbc":
            return read_jdbc(spark, address.location)
