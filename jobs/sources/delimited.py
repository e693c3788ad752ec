"""CSV as provinces export it: UTF-8, a header, quoted fields that may run over several lines."""

import csv
import io
from collections import defaultdict
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.errors import InputError
from jobs.files import DataFile, head, listed
from transforms.ingestion import UNREADABLE

HEADER_BYTES = 1 << 16
QUOTE = '"'
OPTIONS: dict[str, bool | str] = {
    "header": True,
    "mode": "PERMISSIVE",
    # A quote inside quotes is doubled (RFC 4180); a backslash is an ordinary character.
    "escape": QUOTE,
    "columnNameOfCorruptRecord": UNREADABLE,
    # With pruning a line with too few or too many fields would look whole.
    "columnPruning": False,
}


def read_csv(spark: SparkSession, source: str) -> DataFrame:
    """All files of the source as text, by column name; a line that breaks is kept as UNREADABLE."""
    found = listed(spark, source)
    by_header: dict[tuple[str, ...], list[DataFile]] = defaultdict(list)
    for file in found:
        by_header[header_of(spark, file)].append(file)
    multi_line = _runs_over_lines(spark, found)
    frames = [
        _with_header(spark, header, files, multi_line=multi_line)
        for header, files in sorted(by_header.items())
    ]
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)


def header_of(spark: SparkSession, file: DataFile) -> tuple[str, ...]:
    """The file's column names; refuses a file that is empty or not UTF-8 from its first bytes."""
    start = head(spark, file.path, HEADER_BYTES)
    if not start:
        raise InputError(f"{file.path}: the file is empty; fetch it again or take it away")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
        raise InputError(f"{file.path}: looks like UTF-16; save it as CSV UTF-8")
    # A byte that is not UTF-8 is reported with its line further on.
    text = start.decode("utf-8-sig", errors="replace")
    names = next(csv.reader(io.StringIO(text)), [])
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise InputError(f"{file.path}: its columns are not separated by commas; save it with ','")
    return tuple(name.strip() or f"_c{at}" for at, name in enumerate(names))


def _with_header(
    spark: SparkSession, header: tuple[str, ...], files: list[DataFile], *, multi_line: bool
) -> DataFrame:
    folded = [name.casefold() for name in header]
    twice = sorted({name for name in folded if folded.count(name) > 1})
    if twice:
        raise InputError(f"{files[0].path}: column {', '.join(twice)} occurs twice in the header")
    schema = T.StructType([T.StructField(name, T.StringType()) for name in [*header, UNREADABLE]])
    paths = [file.literal for file in files]
    whole = spark.read.schema(schema).options(**OPTIONS, multiLine=multi_line).csv(paths)
    return _reread_line_by_line(whole, schema) if multi_line else whole


def _reread_line_by_line(records: DataFrame, schema: T.StructType) -> DataFrame:
    """A quote that is never closed swallows the rows after it; taken line by line they are back."""
    options = {name: str(value) for name, value in OPTIONS.items() if name != "header"}
    quoted = ", ".join(f"`{name.replace('`', '``')}` string" for name in schema.fieldNames())
    whole = F.array(F.lit(None).cast("string"))
    broken = F.when(F.col(UNREADABLE).isNotNull(), F.split(UNREADABLE, r"\r?\n"))
    columns = [F.col(f"`{name.replace('`', '``')}`") for name in schema.fieldNames()]
    lines = records.select(
        F.struct(*columns).alias("record"), F.explode(F.coalesce(broken, whole)).alias("line")
    )
    filled = lines.where(F.col("line").isNull() | (F.trim("line") != ""))
    again = F.when(F.col("line").isNotNull(), F.from_csv("line", quoted, options))
    return filled.select(F.coalesce(again, "record").alias("row")).select("row.*")


def _runs_over_lines(spark: SparkSession, files: list[DataFile]) -> bool:
    """Whether any field holds a line break; the same pass refuses bytes that are not UTF-8."""
    lines = spark.read.text([file.literal for file in files])
    quotes = F.length("value") - F.length(F.replace("value", F.lit(QUOTE), F.lit("")))
    per_file = lines.groupBy(F.col("_metadata.file_path").alias("file")).agg(
        F.min(F.is_valid_utf8("value")).alias("valid"), F.max(quotes % 2).alias("open")
    )
    seen = sorted(per_file.where(~F.col("valid") | (F.col("open") == 1)).collect())
    for file, valid, _ in seen:
        if not valid:
            raise InputError(
                f"{file}: line {_first_invalid_line(spark, file)} is not UTF-8 "
                "(an older encoding such as TCVN3, VNI or Windows-1258?); save it as CSV UTF-8"
            )
    return bool(seen)


def _first_invalid_line(spark: SparkSession, file: str) -> int:
    valid = spark.read.text(DataFile(file, 0).literal).select(F.is_valid_utf8("value"))
    return int(valid.rdd.zipWithIndex().filter(lambda row: not row[0][0]).first()[1]) + 1
