"""CSV as provinces export it: UTF-8, a header, quoted fields that may run over several lines."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import partial, reduce
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.errors import InputError
from jobs.files import DataFile, listed, without_secrets
from jobs.sources.headers import CR, LF, Header, header_of, refuse_header
from jobs.sources.quoted_lines import rows_of
from transforms.here import Batches
from transforms.ingestion import UNREADABLE
from transforms.kernels import over_batches

QUOTE = '"'
OPTIONS = {
    "mode": "PERMISSIVE",
    # A quote inside quotes is doubled (RFC 4180); a backslash is an ordinary character.
    "escape": QUOTE,
    "columnNameOfCorruptRecord": UNREADABLE,
    # With pruning a line with too few or too many fields would look whole.
    "columnPruning": "false",
}
BLANK = " \t\r\n"
LINE = T.StructType().add("file", "string").add("block", "long").add("line", "string")
NUMBERED = T.StructType([*LINE.fields, T.StructField("at", T.LongType())])
ROW = T.StructType().add("text", "string")
ROWS_OF_A_BATCH = 10_000


class Seen(NamedTuple):
    """What is in the lines of a file, which end in LF or, on old Macs, in CR."""

    path: str
    is_utf8: bool
    has_open_quotes: bool
    has_other_ends: bool


def read_csv(spark: SparkSession, source: str, needed: Collection[str] = ()) -> DataFrame:
    """All files of the source as text, by column name; a line that breaks is kept as UNREADABLE.

    Raises InputError naming a file that lacks a needed column.
    """
    by_header: dict[Header, list[DataFile]] = defaultdict(list)
    for file in listed(spark, source):
        header = header_of(spark, file)
        refuse_header(file, header.names, needed)
        by_header[header].append(file)
    frames = [_with_header(spark, header, files) for header, files in sorted(by_header.items())]
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)


def _with_header(spark: SparkSession, header: Header, files: Sequence[DataFile]) -> DataFrame:
    odd = _with_odd_lines(spark, files, header.line_end)
    plain = [file.literal for file in files if file.path not in odd]
    schema = T.StructType(
        [T.StructField(name, T.StringType()) for name in [*header.names, UNREADABLE]]
    )
    frames = [_read_row_by_row(spark, header, schema, sorted(odd))] if odd else []
    if plain:
        frames.append(spark.read.schema(schema).options(**OPTIONS, header=True).csv(plain))
    return reduce(DataFrame.unionAll, frames)


def _read_row_by_row(
    spark: SparkSession, header: Header, schema: T.StructType, paths: Sequence[str]
) -> DataFrame:
    """The rows of files in which a line may be more or less than a row: each is one task's."""
    lines = _lines(spark, paths, header.line_end).select(
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("block"),
        F.rtrim("value", F.lit(CR)).alias("line"),
    )
    whole = over_batches(lines, _numbered, NUMBERED).repartition("file")
    in_order = whole.sortWithinPartitions("file", "block", "at").select("file", "line")
    rows = over_batches(in_order, partial(_rows, len(header.names)), ROW)
    quoted = ", ".join(f"`{name.replace('`', '``')}` string" for name in schema.fieldNames())
    return rows.select(F.from_csv("text", quoted, OPTIONS).alias("row")).select("row.*")


def _numbered(batches: Batches) -> Batches:
    """The lines of a task in the order in which they stand in its blocks."""
    first = 0
    for batch in batches:
        at = pa.array(range(first, first + batch.num_rows), pa.int64())
        yield pa.RecordBatch.from_arrays([*batch.columns, at], names=NUMBERED.names)
        first += batch.num_rows


def _rows(columns: int, batches: Batches) -> Batches:
    """The rows of whole files in order, but their headers and blank lines."""
    lines = chain.from_iterable(
        zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        for batch in batches
    )
    held: list[str] = []
    for _, of_file in groupby(lines, key=itemgetter(0)):
        rows = rows_of((line for _, line in of_file), columns)
        next(rows, None)
        for row in rows:
            held += [row] if row.strip(BLANK) else []
            if len(held) >= ROWS_OF_A_BATCH:
                yield pa.RecordBatch.from_pydict({"text": held})
                held = []
    if held:
        yield pa.RecordBatch.from_pydict({"text": held})


def _with_odd_lines(spark: SparkSession, files: Sequence[DataFile], line_end: str) -> set[str]:
    """Paths of files in which some line may not be one row.

    The same pass refuses bytes that are not UTF-8, and lines that end as on old Macs or otherwise.
    """
    value = F.col("value")
    quotes = F.length(value) - F.length(F.replace(value, F.lit(QUOTE), F.lit("")))
    other = F.instr(F.rtrim(value, F.lit(CR)), CR if line_end == LF else LF) > 0
    lines = _lines(spark, [file.path for file in files], line_end)
    per_file = lines.groupBy(F.col("_metadata.file_path").alias("file")).agg(
        F.min(F.is_valid_utf8("value")), F.max(quotes % 2 == 1), F.max(other)
    )
    # Spark writes a path as part of an address.
    seen = sorted(Seen(unquote(file), *of) for file, *of in per_file.collect())
    for path in sorted({file.path for file in files} - {file.path for file in seen}):
        raise InputError(
            f"{without_secrets(path)}: files of such names (_ or . first) are left out; rename it"
        )
    for file in seen:
        _refuse_lines(spark, file, line_end)
    return {file.path for file in seen if file.has_open_quotes or file.has_other_ends}


def _refuse_lines(spark: SparkSession, file: Seen, line_end: str) -> None:
    shown = without_secrets(file.path)
    if not file.is_utf8:
        raise InputError(
            f"{shown}: line {_first_invalid_line(spark, file.path, line_end)} is not UTF-8 "
            "(an older encoding such as TCVN3, VNI or Windows-1258?); save it as CSV UTF-8"
        )
    if line_end == CR and file.has_other_ends:
        raise InputError(
            f"{shown}: its lines end in CR, as on old Macs, and some in LF; save it as CSV "
            "UTF-8 with one kind of line end"
        )


def _lines(spark: SparkSession, paths: Sequence[str], line_end: str) -> DataFrame:
    return spark.read.option("lineSep", line_end).text(
        [DataFile(path, 0).literal for path in paths]
    )


def _first_invalid_line(spark: SparkSession, path: str, line_end: str) -> int:
    valid = _lines(spark, [path], line_end).select(F.is_valid_utf8("value"))
    return int(valid.rdd.zipWithIndex().filter(lambda row: not row[0][0]).first()[1]) + 1
