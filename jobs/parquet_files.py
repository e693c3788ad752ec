"""Frames as Parquet files, written by the processes that kernels run in.

Java would take each row of a batch apart to write it: half of what standardising cost.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from jobs.files import literal
from transforms import stored
from transforms.kernels import Batches, OverBatches, over_batches

FILE = T.StructType().add("name", "string").add("rows", "long").add("size", "long")
# Held together until they are compressed and written, as one of the groups that files are split by.
GROUP_BYTES = 16 * 2**20


class File(NamedTuple):
    """A file by its name in its folder; its size in bytes."""

    name: str
    rows: int
    size: int


def read(spark: SparkSession, schema: T.StructType, files: Sequence[str]) -> DataFrame:
    """The rows of these files, for Spark and for kernels, which read them by themselves."""
    reader = spark.read.schema(schema)
    frame = reader.parquet(*map(literal, files)) if files else no_rows(spark, schema)
    return stored.known(frame, files)


def no_rows(spark: SparkSession, schema: T.StructType) -> DataFrame:
    """No rows with these columns, and Spark knows it: of a list of rows it knows no size, and moves
    all that is joined with it.
    """
    return spark.createDataFrame([], schema).limit(0)


def written(frame: DataFrame, folder: Path) -> list[File]:
    """The rows of `frame` as new files in `folder`, one for each task that has any.

    All machines must see the folder at this path. A task that is done twice leaves a file that
    nobody names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = over_batches(frame, _writer(folder, frame.schema), FILE).collect()
    return sorted(File(*row) for row in files)


def _writer(folder: Path, schema: T.StructType) -> OverBatches:
    """Writes the batches of its task to one file, and says which."""
    wanted = to_arrow_schema(schema, timezone="UTC")

    def write(batches: Batches) -> Batches:
        first = next((batch for batch in batches if batch.num_rows), None)
        if first is None:
            return
        task = TaskContext.get()
        assert task is not None
        name = f"part-{task.partitionId():05}-{uuid4()}.parquet"
        rows = _written(folder / name, first, batches, wanted)
        file = File(name, rows, (folder / name).stat().st_size)
        yield pa.RecordBatch.from_pylist([file._asdict()])

    return write


def _written(path: Path, first: pa.RecordBatch, rest: Batches, schema: pa.Schema) -> int:
    """How many rows were written, in groups of bounded size."""
    rows, group = 0, [first]
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        for batch in rest:
            if sum(held.nbytes for held in group) >= GROUP_BYTES:
                rows += _one_group(writer, group, schema)
                group = []
            group.append(batch)
        return rows + _one_group(writer, group, schema)


def _one_group(writer: pq.ParquetWriter, group: list[pa.RecordBatch], schema: pa.Schema) -> int:
    table = pa.Table.from_batches(group).cast(schema)
    writer.write_table(table, row_group_size=max(table.num_rows, 1))
    return int(table.num_rows)
