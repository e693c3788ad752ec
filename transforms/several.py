"""Several tables of one computation: what it makes is never moved, so nobody packs it."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from transforms.here import Batches
from transforms.kernels import applied, applied_to_tasks, in_batches

KernelOfSeveral = Callable[[pl.DataFrame], Mapping[str, pl.DataFrame]]
Apart = Callable[[Batches], Iterator[tuple[str, pa.RecordBatch]]]  # by the name of a table


class Several(NamedTuple):
    """What one computation makes for several tables: rows by the table's name, of all rows of a
    task at once or of each batch.
    """

    frame: DataFrame
    kernel: KernelOfSeveral
    schemas: Mapping[str, T.StructType]
    by_batch: bool = False

    def apart(self) -> Apart:
        """How a task with such batches makes each table's rows; it does not hold the frame."""
        kernel, by_batch = self.kernel, self.by_batch
        columns = {name: to_arrow_schema(of, timezone="UTC") for name, of in self.schemas.items()}

        def over(batches: Batches) -> Iterator[tuple[str, pa.RecordBatch]]:
            parts = ([batch] for batch in batches) if by_batch else iter([list(batches)])
            for rows in filter(None, parts):
                made = kernel(pl.DataFrame(pa.Table.from_batches(rows)))
                for name, wanted in columns.items():
                    yield from ((name, batch) for batch in in_batches(made[name], wanted))

        return over

    def only(self, name: str) -> DataFrame:
        """One of the tables alone."""
        kernel, over = self.kernel, applied if self.by_batch else applied_to_tasks
        return over(self.frame, lambda rows: kernel(rows)[name], self.schemas[name])
