"""Frames written to disk for as long as one stage lasts: cuts lineage, so nothing is done twice."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from jobs import parquet_files
from jobs.parquet_files import File, Place
from jobs.together import together
from transforms import aside
from transforms.contents import PREFIX
from transforms.several import Several
from transforms.stored import StoredFile
from transforms.waiting import is_awake


@dataclass(frozen=True)
class Scratch:
    """A folder of Parquet beside the tables, reachable by every executor."""

    spark: SparkSession
    folder: str

    def written(self, name: str, df: DataFrame) -> DataFrame:
        """The rows of `df`, written to Parquet under `name` and read from there from now on."""
        return self.read(name, df.schema, parquet_files.written(df, self.place(name)))

    def few_written(self, name: str, rows: pl.DataFrame, schema: T.StructType) -> DataFrame:
        """Few rows, written under `name` without a job; a frame of the columns of `schema`."""
        place = Place(self.place(name), schema)
        return self.read(name, schema, parquet_files.few_written(rows, place))

    def written_apart(self, several: Several) -> dict[str, DataFrame]:
        """The rows of several tables by name, made by one computation."""
        made = parquet_files.all_written(
            several, {name: self.place(name) for name in several.schemas}
        )
        return {
            name: self.read(name, schema, made[name]) for name, schema in several.schemas.items()
        }

    def place(self, name: str) -> Path:
        """Where the files of `name` are."""
        return Path(self.folder, name)

    def read(self, name: str, schema: T.StructType, files: Sequence[File]) -> DataFrame:
        """The rows of files at the place of `name`."""
        there = [StoredFile(str(self.place(name) / file.name)) for file in files]
        return parquet_files.read(self.spark, schema, there)

    def all_written(self, **frames: DataFrame) -> dict[str, DataFrame]:
        """Write several frames by name, side by side; each read from disk from now on."""
        parts = [partial(self.written, name, df) for name, df in frames.items()]
        return dict(zip(frames, together(self.spark, *parts), strict=True))


def emptied(spark: SparkSession) -> int:
    """Delete the cells that a stage's tasks left for each other, which nobody will fetch any more;
    tells how many bytes they were. Spark deletes their folder itself when it ends.
    """
    folder, size = aside.folder_of(spark) if is_awake(spark) else None, 0
    for file in Path(folder).glob(f"{PREFIX}*") if folder else ():
        size += file.stat().st_size
        file.unlink()
    return size


@contextmanager
def scratch(spark: SparkSession, folder: str) -> Iterator[Scratch]:
    """A folder that starts empty and is gone afterwards, whatever happens."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Scratch(spark, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
