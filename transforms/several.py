"""Several tables of one computation: what it makes is never moved, so nobody packs it."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from transforms.here import Batches
from transforms.kernels import applied_to_tasks, in_batches

KernelOfSeveral = Callable[[pl.DataFrame], Mapping[str, pl.DataFrame]]
Apart = Callable[[Batches], Iterator[tuple[str, pa.RecordBatch]]]  # by the name of a table


class Several(NamedTuple):
    """What one computation makes of all rows of a task for several tables, by the table's name."""

    frame: DataFrame
    kernel: KernelOfSeveral
    schemas: Mapping[str, T.StructType]

    def apart(self) -> Apart:
        """How a task with such batches makes each table's rows; it does not hold the frame."""
        kernel = self.kernel
        columns = {name: to_arrow_schema(of, timezone="UTC") for name, of in self.schemas.items()}

        def over(batches: Batches) -> Iterator[tuple[str, pa.RecordBatch]]:
            if rows := list(batches):
                made = kernel(pl.DataFrame(pa.Table.from_batches(rows)))
                for name, wanted in columns.items():
                    yield from ((name, batch) for batch in in_batches(made[name], wanted))

        return over

    def only(self, name: str) -> DataFrame:
        """One of the tables alone."""
        kernel = self.kernel
        return applied_to_tasks(self.frame, lambda rows: kernel(rows)[name], self.schemas[name])
