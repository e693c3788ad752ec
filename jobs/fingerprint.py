"""What a run depends on, as short digests: inputs, configuration, code."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pyspark
from pyspark.sql import SparkSession

from jobs.config import Matching, digest
from jobs.files import address_of, here, reachable
from jobs.reference import COLUMNS
from jobs.run import Inputs
from jobs.tables import Tables
from transforms.decisions import TABLE as DECISIONS

CHECKSUM = re.compile(r"\..*\.crc")
# Besides Spark, what makes values.
LIBRARIES = ("numpy", "polars", "rapidfuzz")


@dataclass(frozen=True)
class InputState:
    """The two registers as they lie there now; `size` in bytes is None for a database."""

    hash: str
    size: int | None


def input_state(spark: SparkSession, inputs: Inputs) -> InputState:
    """Changes when a file of either register is added, removed, resized or rewritten.

    A database is known by its address alone: a run that resumes keeps the rows it has ingested.
    """
    addresses = [address for address in (inputs.residents, inputs.doses) if address]
    databases = [address for address in addresses if address.startswith("jdbc:")]
    files = [file for a in addresses if a not in databases for file in _files(spark, a)]
    size = None if databases else sum(size for _, size, _ in files)
    return InputState(digest(*databases, *(str(file) for file in files)), size)


def answers_state(tables: Tables) -> str:
    """Changes whenever `doichieu receive` has taken answers in."""
    return digest(DECISIONS, str(tables.version(DECISIONS)))


def config_hash(matching: Matching, reference_dir: Path) -> str:
    """Changes with anything that decides: matching settings and the reference tables that are read.

    Where and how a run happens (`Settings`) stays outside, so a run that died for want of memory
    resumes with more of it.
    """
    read = (hashlib.sha256((reference_dir / name).read_bytes()) for name in COLUMNS)
    return digest(matching.model_dump_json(), *(table.hexdigest() for table in read))


def code_version() -> str:
    """Changes with any source line of the two packages, also inside a zip on a cluster, and with
    the version of every library that makes values.
    """
    sources = [
        part for package in ("jobs", "transforms") for part in _sources(resources.files(package))
    ]
    # Where Spark is installed by itself, no package is on record for it.
    return digest(*sources, pyspark.__version__, *map(version, LIBRARIES))


def _sources(folder: Traversable) -> list[str]:
    found: list[str] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _sources(entry)
        elif entry.name.endswith(".py"):
            found += [entry.name, entry.read_text(encoding="utf-8")]
    return found


def _files(spark: SparkSession, address: str) -> list[tuple[str, int, int]]:
    place = re.sub(r"^(csv|parquet|delta):(?!//)", "", address)
    if (found := here(spark, place)) is not None:
        return sorted(map(_told, _all_files(found)))
    with reachable(address):
        return sorted(_below(spark, place))


def _all_files(place: Path) -> list[Path]:
    """What Hadoop lists: all but the checksums that it keeps beside its own files."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return [path for path in files if not CHECKSUM.fullmatch(path.name)]


def _told(file: Path) -> tuple[str, int, int]:
    state = file.stat()
    return address_of(file), state.st_size, state.st_mtime_ns // 1_000_000


def _below(spark: SparkSession, place: str) -> Iterator[tuple[str, int, int]]:
    context: Any = spark.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path(place)
    file_system = path.getFileSystem(context._jsc.hadoopConfiguration())
    for status in file_system.globStatus(path) or []:
        files = file_system.listFiles(status.getPath(), True)  # noqa: FBT003 - Java takes positions
        while files.hasNext():
            file = files.next()
            name = file.getPath().toString()
            yield name, int(file.getLen()), int(file.getModificationTime())
