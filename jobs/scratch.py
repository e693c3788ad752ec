"""Frames written to disk for as long as one stage lasts: cuts lineage, so nothing is done twice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from jobs import parquet_files
from jobs.together import together


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

    def written_by_kind(self, cells: DataFrame, **schemas: T.StructType) -> dict[str, DataFrame]:
        """The rows that `cells` hold of each kind, as `packing.by_kind` makes them."""
        places = {
            kind: parquet_files.Place(Path(self.folder, kind), schema)
            for kind, schema in schemas.items()
        }
        files = parquet_files.written_by_kind(cells, places)
        return {
            kind: parquet_files.read(
                self.spark, place.schema, [str(place.folder / file.name) for file in files[kind]]
            )
            for kind, place in places.items()
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
