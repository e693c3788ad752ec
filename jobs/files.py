"""Listing and peeking at files through Hadoop, so that a laptop and a cluster read alike.

Plain paths of this machine need no Hadoop: while Java has not been started it is not, for them.
"""

import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from jobs.errors import InputError
from transforms.waiting import is_awake

GLOB_CHARACTERS = re.compile(r"([\\\[\]{}*?])")
# The last @ before what can be a machine: a password may hold any character.
CREDENTIALS = re.compile(r"(?<=//).*@(?=[\w.:,\[\]-]*(?:[/?;#]|$))", re.DOTALL)
OPTIONS = re.compile(r"^([^#]*?)[?;]\w+=[^#]*")
UNREACHABLE = {
    "No FileSystem for scheme": "no file system of this kind is known here; check the address",
    "ClassNotFoundException": "the jar of this file system is missing; put it into the jars folder",
    "UnknownHostException": "no machine of this name; check the address",
    "ConnectException": "no server answers there; check the address and the network",
    "ccessControlException": "may not be read; ask for the right to read it",
    "Permission denied": "may not be read; ask for the right to read it",
    "Illegal file pattern": "is no path; write \\[ and \\{ for brackets in a name",
    "URISyntaxException": "is no path; check it",
}


@dataclass(frozen=True, order=True)
class DataFile:
    """One file of a source."""

    path: str
    size: int

    @property
    def shown(self) -> str:
        """The path as a message tells it."""
        return without_secrets(self.path)

    @property
    def literal(self) -> str:
        """The path as Spark takes it."""
        return literal(self.path)


def without_secrets(address: str) -> str:
    """The address of a register as it may be kept and shown: no user, no password."""
    if not address.startswith("jdbc:"):
        return re.sub(r"(?<=//)[^/@]*@", "", address)
    return CREDENTIALS.sub("", OPTIONS.sub(r"\1", address))


def literal(path: str) -> str:
    """The path with glob characters escaped: Spark expands every path it is given."""
    return GLOB_CHARACTERS.sub(r"\\\1", path)


def listed(spark: SparkSession, source: str) -> list[DataFile]:
    """The data files of a file, folder or glob in path order; hidden ones (`_`, `.`) left out."""
    found = there(spark, source)
    if not found:
        raise InputError(f"{without_secrets(source)}: nothing there to read; check the path")
    return found


def there(spark: SparkSession, source: str) -> list[DataFile]:
    """The data files of a file, folder or glob in path order; an empty list where none is."""
    if (place := here(spark, source)) is not None:
        return sorted(_data_files(place))
    with reachable(source):
        return sorted(
            data_file for status in _statuses(spark, source) for data_file in _below(spark, status)
        )


def is_delta(spark: SparkSession, source: str) -> bool:
    """Whether the place is a folder with a Delta log."""
    if (place := here(spark, source)) is not None:
        return (place / "_delta_log").exists()
    with reachable(source):
        file_system, path = _hadoop(spark, source.rstrip("/") + "/_delta_log")
        return bool(file_system.exists(path))


@contextmanager
def reachable(source: str) -> Iterator[None]:
    """Inside, a place that cannot be looked at becomes an InputError that names it."""
    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        known = (meaning for sign, meaning in UNREACHABLE.items() if sign in str(error))
        reason = next(known, "cannot be looked at from here; check the address")
        raise InputError(f"{without_secrets(source)}: {reason}") from None


def head(spark: SparkSession, path: str, length: int) -> bytes:
    """The first bytes of a file, unpacked when its name ends in `.gz`."""
    content = _head(spark, path, length)
    if not path.endswith(".gz"):
        return content
    try:
        return zlib.decompressobj(31).decompress(content, length)
    except zlib.error:
        raise InputError(
            f"{without_secrets(path)}: is not packed as its name says; pack it with gzip, or name "
            "it without .gz"
        ) from None


def here(spark: SparkSession, source: str) -> Path | None:
    """The file or folder on this machine that a source names, while Java has not been started to
    ask; None of a pattern, of any other place, and where nothing is that may be read.
    """
    address = source.removeprefix("file://").removeprefix("file:")
    if is_awake(spark) or GLOB_CHARACTERS.search(source) or "://" in address:
        return None
    place = Path(address).absolute()
    allowed = os.R_OK | os.X_OK if place.is_dir() else os.R_OK
    return place if os.access(place, allowed) else None


def hidden(name: str) -> bool:
    """Whether readers of data pass over a file or folder of this name."""
    return name.startswith(("_", "."))


def address_of(place: Path) -> str:
    """The place as Hadoop writes it."""
    return f"file:{place}"


def _data_files(place: Path) -> Iterator[DataFile]:
    if not place.is_dir():
        yield DataFile(address_of(place), place.stat().st_size)
        return
    for found in place.iterdir():
        if not hidden(found.name):
            yield from _data_files(found)


def _head(spark: SparkSession, path: str, length: int) -> bytes:
    if (place := here(spark, path)) is not None:
        with place.open("rb") as file:
            return file.read(length)
    with reachable(path):
        file_system, hadoop_path = _hadoop(spark, path)
        stream = file_system.open(hadoop_path)
        try:
            return bytes(stream.readNBytes(length))
        finally:
            stream.close()


def _hadoop(spark: SparkSession, path: str) -> tuple[Any, Any]:
    context: Any = spark.sparkContext
    hadoop_path = context._jvm.org.apache.hadoop.fs.Path(path)
    return hadoop_path.getFileSystem(context._jsc.hadoopConfiguration()), hadoop_path


def _statuses(spark: SparkSession, source: str) -> list[Any]:
    file_system, path = _hadoop(spark, source)
    if file_system.exists(path):
        return [file_system.getFileStatus(path)]
    return [status for status in file_system.globStatus(path) or [] if not _is_hidden(status)]


def _below(spark: SparkSession, status: Any) -> list[DataFile]:  # noqa: ANN401
    path = status.getPath()
    if not status.isDirectory():
        return [DataFile(path.toString(), status.getLen())]
    file_system, _ = _hadoop(spark, path.toString())
    seen = [s for s in file_system.listStatus(path) if not _is_hidden(s)]
    return [data_file for s in seen for data_file in _below(spark, s)]


def _is_hidden(status: Any) -> bool:  # noqa: ANN401
    return hidden(str(status.getPath().getName()))
