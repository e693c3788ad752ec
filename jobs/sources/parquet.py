"""Parquet as all tools write it: also with nanoseconds, and columns that Spark refuses."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.types import from_arrow_schema

from jobs import files
from jobs.errors import InputError
from jobs.sources.columns import places, refuse_names, taken
from jobs.sources.refusal import is_of_broken_file
from transforms import kernels, reading, stored
from transforms.deferred import deferred
from transforms.ingestion import ROW_NUMBER, UNREADABLE, Register
from transforms.stored import StoredFile


def read_parquet(spark: SparkSession, location: str, known: Collection[str] = ()) -> DataFrame:
    """The rows of all files, and at what place in its file each stands.

    Raises InputError naming a file and the columns that cannot be read; names in `known` are told.
    """
    found = files.listed(spark, location)
    schemas = _schemas([file.path for file in found])
    for path, schema in schemas.items():
        _refuse_columns(path, schema, known)
    if any(_in_nanoseconds(kind) for schema in schemas.values() for kind in schema.types):
        return _read_by_kernels(spark, schemas, known)
    rows = _read_by_spark(spark, [file.literal for file in found], location, schemas, known)
    refuse_names(location, rows.columns, known)
    return rows.withColumn(ROW_NUMBER, F.col("_metadata.row_index") + 1)


def texts_by_kernels(
    spark: SparkSession, location: str, register: Register, rows: Callable[[], DataFrame]
) -> DataFrame | None:
    """The rows as `rows` has them, which only Spark asks for: kernels read the files by themselves
    where all columns are texts, by names that are kept (empty texts are not null then).

    None where that is not so, or files are not on this machine.
    """
    schemas = _schemas([file.path for file in files.listed(spark, location)])
    names = next(iter(schemas.values())).names if schemas else []
    of_texts = all(_are_texts(schema, names) for schema in schemas.values())
    if not of_texts or not {*register.columns} <= {*names}:
        return None
    refuse_names(location, names, register.columns)
    kept = taken(names, register)
    if any(name != to for name, to in kept):
        return None
    fields = [T.StructField(to, T.StringType()) for _, to in kept]
    columns = T.StructType([*fields, T.StructField(ROW_NUMBER, T.LongType())])
    received = deferred(spark, columns, lambda: rows().drop(UNREADABLE))
    return stored.known(received, [StoredFile(path, given=True) for path in schemas])


def local_path(address: str) -> str | None:
    """The path of a file on this machine, as Hadoop writes it; None elsewhere."""
    found = re.fullmatch("(?:file:(?://)?)?(/.*)", address, re.DOTALL)
    return found[1] if found else None


def _schemas(addresses: Sequence[str]) -> dict[str, pa.Schema]:
    """The columns of each file; none of any where not all are on this machine."""
    paths = [path for address in addresses if (path := local_path(address))]
    if len(paths) < len(addresses):
        return {}
    return {path: _schema(path) for path in paths}


def _schema(path: str) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise OSError(f"{reading.BROKEN} {path}") from error


def _are_texts(schema: pa.Schema, names: Sequence[str]) -> bool:
    """Whether a file has these columns and no others, all of them text."""
    texts = (pa.types.is_string(kind) or pa.types.is_large_string(kind) for kind in schema.types)
    return sorted(schema.names) == sorted(names) and all(texts)


def _refuse_columns(path: str, schema: pa.Schema, known: Collection[str]) -> None:
    refuse_names(path, schema.names, known)
    strange = _places_of(schema, lambda kind: any(map(_is_strange, _parts(kind))))
    if strange:
        raise InputError(
            f"{path}: {_told(schema.names, strange, known)}: times of day, half floats and numbers "
            "of more than 38 digits cannot be kept; save text or leave it out"
        )
    inside = _places_of(
        schema, lambda kind: not _in_nanoseconds(kind) and any(map(_in_nanoseconds, _parts(kind)))
    )
    if inside:
        raise InputError(
            f"{path}: {_told(schema.names, inside, known)}: nanoseconds within a list or structure "
            "cannot be read; save microseconds or leave it out"
        )


def _parts(kind: pa.DataType) -> Iterator[pa.DataType]:
    """The type, and all that it is made of."""
    yield kind
    for at in range(kind.num_fields):
        yield from _parts(kind.field(at).type)


def _is_strange(kind: pa.DataType) -> bool:
    """Whether Delta has no such type."""
    types = pa.types
    return bool(types.is_time(kind) or types.is_float16(kind) or types.is_decimal256(kind))


def _in_nanoseconds(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) and kind.unit == "ns")


def _both_times(one: pa.DataType, other: pa.DataType) -> bool:
    """Whether they differ in nothing but how fine they are."""
    times = pa.types.is_timestamp(one) and pa.types.is_timestamp(other)
    return bool(times and (one.tz is None) == (other.tz is None))


def _places_of(schema: pa.Schema, wanted: Callable[[pa.DataType], bool]) -> list[int]:
    return [at for at, kind in enumerate(schema.types) if wanted(kind)]


def _told(names: Sequence[str], found: Sequence[int], known: Collection[str]) -> str:
    """Columns by their places, those of the contract also by name."""
    told = [name for at in found if (name := names[at].casefold()) in known]
    return places(found) + (f" ({', '.join(told)})" if told else "")


def _read_by_kernels(
    spark: SparkSession, schemas: dict[str, pa.Schema], known: Collection[str]
) -> DataFrame:
    """Files of which some have nanoseconds, cut to microseconds; Spark knows none."""
    if different := _difference(schemas, known):
        raise InputError(different)
    alike: dict[pa.Schema, list[str]] = defaultdict(list)
    for path, schema in schemas.items():
        alike[schema.remove_metadata()].append(path)
    frames = [
        kernels.read(spark, _with_number(schema, paths[0]), [StoredFile(p) for p in paths])
        for schema, paths in alike.items()
    ]
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)


def _with_number(schema: pa.Schema, path: str) -> T.StructType:
    try:
        columns = from_arrow_schema(schema, prefer_timestamp_ntz=True)
    except PySparkException:
        raise InputError(
            f"{path}: has nanoseconds, and columns of types that cannot be read beside them; "
            "save microseconds"
        ) from None
    return T.StructType([*columns.fields, T.StructField(ROW_NUMBER, T.LongType())])


def _read_by_spark(
    spark: SparkSession,
    paths: Sequence[str],
    location: str,
    schemas: dict[str, pa.Schema],
    known: Collection[str],
) -> DataFrame:
    try:
        return spark.read.option("mergeSchema", "true").parquet(*paths)
    except (PySparkException, Py4JJavaError) as error:
        if is_of_broken_file(error):
            raise
        # Spark's own words tell names of columns.
        otherwise = (
            f"{files.without_secrets(location)}: has columns that cannot be read, or whose types "
            "differ between files; save all files alike, with plain types"
        )
        raise InputError(_difference(schemas, known) or otherwise) from None


def _difference(schemas: dict[str, pa.Schema], known: Collection[str]) -> str | None:
    """What to say of the first file in which a column has another type than in one before."""
    types: dict[str, tuple[pa.DataType, str]] = {}
    for path, schema in schemas.items():
        for at, field in enumerate(schema):
            kind, before = types.setdefault(field.name, (field.type, path))
            alike = kind == field.type or _both_times(kind, field.type)
            if not alike:
                return (
                    f"{path}: {_told(schema.names, [at], known)} has another type than in "
                    f"{before}; save all files alike"
                )
    return None
