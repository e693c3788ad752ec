"""From a source's address to a frame that can be scanned more than once."""

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs import files
from jobs.errors import InputError
from jobs.scratch import Scratch
from jobs.sources.address import Address, resolve
from jobs.sources.delimited import read_csv
from jobs.sources.jdbc import read_jdbc
from transforms.ingestion import ROW_NUMBER, UNREADABLE, Register

# Delta allows none of these in a column's name.
NOT_IN_NAMES = str.maketrans(dict.fromkeys(" ,;{}()\n\t=", "_"))


def landed(scratch: Scratch, source: str, register: Register) -> DataFrame:
    """The register's rows as received, from columnar files.

    Text and databases are read once and landed: parsing is dear, and a database may change
    between two reads.
    """
    address = resolve(scratch.spark, source)
    rows = as_text(_read(scratch.spark, address), register, source.partition("?")[0])
    if address.format in ("csv", "jdbc"):
        rows = scratch.written(register.source, rows)
    if rows.isEmpty():
        raise InputError(f"{source.partition('?')[0]}: holds no row; check that it was filled")
    return rows


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
    contract = [_text(present[name], source).alias(name) for name in register.columns]
    known = {*register.columns, UNREADABLE, ROW_NUMBER}
    extra = [
        F.col(f"`{field.name}`").alias(field.name.translate(NOT_IN_NAMES))
        for name, field in present.items()
        if name not in known
    ]
    return rows.select(*contract, *extra, *_marks(rows))


def _marks(rows: DataFrame) -> list[Column]:
    return [
        F.col(name) if name in rows.columns else F.lit(None).cast(kind).alias(name)
        for name, kind in ((UNREADABLE, T.StringType()), (ROW_NUMBER, T.LongType()))
    ]


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
