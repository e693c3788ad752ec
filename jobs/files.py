"""Listing and peeking at files through Hadoop, so that a laptop and a cluster read alike."""

import re
import zlib
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from jobs.errors import InputError

GLOB_CHARACTERS = re.compile(r"([\\\[\]{}*?])")


@dataclass(frozen=True, order=True)
class DataFile:
    """One file of a source."""

    path: str
    size: int

    @property
    def literal(self) -> str:
        """The path as Spark takes it."""
        return literal(self.path)


def literal(path: str) -> str:
    """The path with glob characters escaped: Spark expands every path it is given."""
    return GLOB_CHARACTERS.sub(r"\\\1", path)


def listed(spark: SparkSession, source: str) -> list[DataFile]:
    """The data files of a file, folder or glob in path order; hidden ones (`_`, `.`) left out."""
    found = there(spark, source)
    if not found:
        raise InputError(f"{source}: nothing there to read; check the path")
    return found


def there(spark: SparkSession, source: str) -> list[DataFile]:
    """The same, none where there is nothing."""
    return sorted(
        data_file for status in _statuses(spark, source) for data_file in _below(spark, status)
    )


def is_delta(spark: SparkSession, source: str) -> bool:
    """Whether the place is a folder with a Delta log."""
    file_system, path = _hadoop(spark, source.rstrip("/") + "/_delta_log")
    return bool(file_system.exists(path))


def head(spark: SparkSession, path: str, length: int) -> bytes:
    """The first bytes of a file, unpacked when its name ends in `.gz`."""
    file_system, hadoop_path = _hadoop(spark, path)
    stream = file_system.open(hadoop_path)
    try:
        content = bytes(stream.readNBytes(length))
    finally:
        stream.close()
    return zlib.decompressobj(31).decompress(content) if path.endswith(".gz") else content


def _hadoop(spark: SparkSession, path: str) -> tuple[Any, Any]:
    context: Any = spark.sparkContext
    hadoop_path = context._jvm.org.apache.hadoop.fs.Path(path)
    return hadoop_path.getFileSystem(context._jsc.hadoopConfiguration()), hadoop_path


def _statuses(spark: SparkSession, source: str) -> list[Any]:
    file_system, path = _hadoop(spark, source)
    if file_system.exists(path):
        return [file_system.getFileStatus(path)]
    return list(file_system.globStatus(path) or [])


def _below(spark: SparkSession, status: Any) -> list[DataFile]:  # noqa: ANN401
    path = status.getPath()
    if not status.isDirectory():
        return [DataFile(path.toString(), status.getLen())]
    file_system, _ = _hadoop(spark, path.toString())
    seen = [s for s in file_system.listStatus(path) if s.getPath().getName()[0] not in "_."]
    return [data_file for s in seen for data_file in _below(spark, s)]
