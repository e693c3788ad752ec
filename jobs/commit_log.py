"""Delta's transaction log, read file by file: who wrote a table last, and of which files it is.

Delta answers the first with a Spark job for every question and the second with one for every table
of every query: two in five of the queries of a small run.
"""

import json
import re
from typing import Any, NamedTuple
from urllib.parse import unquote

from pyspark.sql import SparkSession
from pyspark.sql import types as T

from jobs.files import DataFile, head, there

# A commit is a file named by its version; its `commitInfo` is the first line (Delta's protocol).
COMMIT = re.compile(r"/\d{20}\.json$")
COMMIT_BYTES = 1 << 16
# A stream gives what there is, and this is more than any file of the log has.
WHOLE_FILE = (1 << 31) - 1
# More paths than these Spark lists by a job of its own (`parallelPartitionDiscovery.threshold`).
MOST_FILES = 32


class Contents(NamedTuple):
    """A table as it stands: its schema and the Parquet files that hold all of its rows."""

    schema: T.StructType
    files: list[DataFile]


def commits(spark: SparkSession, table: str) -> list[str]:
    """The files of a table's commits, oldest first; none where a first write was killed."""
    return [path for path in _log(spark, table) if COMMIT.search(path)]


def newest_commit(spark: SparkSession, table: str) -> dict[str, Any]:
    """What the newest commit says of itself; empty when there is none."""
    made = commits(spark, table)
    if not made:
        return {}
    lines = head(spark, made[-1], COMMIT_BYTES).decode("utf-8", errors="replace").splitlines()
    info = next((line for line in lines if line.startswith('{"commitInfo"')), "{}")
    return dict(json.loads(info).get("commitInfo", {}))


def contents(spark: SparkSession, table: str) -> Contents | None:
    """The table's contents where its newest commit wrote all of them, else None: ask Delta.

    The commit's checksum file tells how many files the table has and how large they are. Where the
    commit added as many, there are no others.
    """
    log = _log(spark, table)
    newest = max((path for path in log if COMMIT.search(path)), default="")
    checksum = newest.removesuffix(".json") + ".crc"
    if not newest or checksum not in log:
        return None
    told = json.loads(head(spark, checksum, WHOLE_FILE))
    lines = head(spark, newest, WHOLE_FILE).decode("utf-8").splitlines()
    added = [json.loads(line)["add"] for line in lines if line.startswith('{"add"')]
    if not 0 < len(added) <= MOST_FILES or not _plain(told, added):
        return None
    schema = T.StructType.fromJson(json.loads(told["metadata"]["schemaString"]))
    files = [DataFile(f"{table}/{unquote(file['path'])}", file["size"]) for file in added]
    return Contents(schema, files)


def _plain(told: dict[str, Any], added: list[dict[str, Any]]) -> bool:
    """Whether `added` is the whole table, and nothing but Parquet files with all columns inside."""
    whole = told["numFiles"] == len(added)
    as_large = told["tableSizeBytes"] == sum(file["size"] for file in added)
    bare = not told["metadata"]["partitionColumns"] and not any(
        file.get("deletionVector") for file in added
    )
    return whole and as_large and bare and told["protocol"]["minReaderVersion"] == 1


def _log(spark: SparkSession, table: str) -> list[str]:
    return [file.path for file in there(spark, f"{table}/_delta_log")]
