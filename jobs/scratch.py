"""Frames written to disk for as long as one stage lasts: cuts lineage, so nothing is done twice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from jobs import parquet_files
from jobs.together import together
from transforms.kernels import Several


@dataclass(frozen=True)
class Scratch:
    """A folder of Parquet beside the tables, reachable by every executor."""

    spark: SparkSession
    folder: str

    def written(self, name: str, df: DataFrame) -> DataFrame:
        """The same rows, read back from disk."""
        folder = Path(self.folder, name)
        files = [str(folder / file.name) for file in parquet_files.written(df, folder)]
        return parquet_files.read(self.spark, df.schema, files)

    def written_apart(self, several: Several) -> dict[str, DataFrame]:
        """The rows of several tables by name, made by one computation."""
        folders = {name: Path(self.folder, name) for name in several.schemas}
        made = parquet_files.all_written(several, folders)
        files = {name: [str(folders[name] / file.name) for file in made[name]] for name in made}
        return {
            name: parquet_files.read(self.spark, schema, files[name])
            for name, schema in several.schemas.items()
        }

    def all_written(self, **frames: DataFrame) -> dict[str, DataFrame]:
        """The same of several by name, side by side."""
        parts = [partial(self.written, name, df) for name, df in frames.items()]
        return dict(zip(frames, together(self.spark, *parts), strict=True))


@contextmanager
def scratch(spark: SparkSession, folder: str) -> Iterator[Scratch]:
    """A folder that starts empty and is gone afterwards, whatever happens."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Scratch(spark, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
