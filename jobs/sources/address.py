"""What a source's name says: where it lies and which format it has."""

import re
from dataclasses import dataclass
from typing import Literal

from pyspark.sql import SparkSession

from jobs import files
from jobs.errors import InputError

Format = Literal["csv", "parquet", "delta", "jdbc"]
PREFIX = re.compile(r"(csv|parquet|delta):(?!//)(.+)", re.DOTALL)
ENDINGS: tuple[tuple[str, Format], ...] = (
    (".csv", "csv"),
    (".csv.gz", "csv"),
    (".parquet", "parquet"),
)


@dataclass(frozen=True)
class Address:
    """A source with its format known."""

    format: Format
    location: str


def resolve(spark: SparkSession, source: str) -> Address:
    """The format a prefix states, or else the one that the place itself shows."""
    if source.startswith("jdbc:"):
        return Address("jdbc", source)
    stated = PREFIX.fullmatch(source)
    if stated:
        return Address(stated[1], stated[2])  # type: ignore[arg-type]
    if source.startswith(("http://", "https://")):
        raise InputError(
            f"{files.without_secrets(source)}: is not read over the web; fetch it first and give "
            "its path"
        )
    if files.is_delta(spark, source):
        return Address("delta", source)
    return Address(_format_of(spark, source), source)


def _format_of(spark: SparkSession, source: str) -> Format:
    names = [file.path for file in files.listed(spark, source)]
    found = {kind for ending, kind in ENDINGS if any(n.lower().endswith(ending) for n in names)}
    if len(found) == 1:
        return found.pop()
    problem = "holds both CSV and Parquet files" if found else "is neither CSV, Parquet nor Delta"
    raise InputError(
        f"{files.without_secrets(source)}: {problem}, as far as its name tells; "
        "say which with csv:PATH, parquet:PATH or delta:PATH"
    )
