"""What is small is computed where it is asked for: a Spark job would last longer than the work.

Of every frame that kernels make it is known how its tasks' batches come about. Where all that they
are made of is a few megabytes, and the driver has the cores, they are made here, by threads: most
of a kernel is compiled code, which lets other threads run meanwhile. Spark knows the same frame,
and does the same whenever something else asks for it.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from weakref import WeakKeyDictionary

import polars as pl
import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession

from transforms.waiting import is_local, option, set_option

Batches = Iterator[pa.RecordBatch]
Tasks = Callable[[], Iterator[Batches]]  # the batches of one task after the other

# How many bytes of files, as encoded, are few. None where executors are other machines.
SETTING, FEW_BYTES = "spark.doichieu.here", 48 * 2**20
MANY_BYTES = 1 << 50  # as many as no day reads
# Java holds what it is handed as one piece, and so does whoever writes files.
ROWS_OF_A_PIECE = 20_000

_TASKS: WeakKeyDictionary[DataFrame, Tasks] = WeakKeyDictionary()
_AT: ContextVar[int] = ContextVar("task", default=0)


def is_few(spark: SparkSession, size: int) -> bool:
    """Whether what is made of so many bytes is made here."""
    return size <= int(option(spark, SETTING, str(FEW_BYTES if is_local(spark) else -1)))


def make_all(spark: SparkSession) -> None:
    """From now on make everything here: little comes of it, whatever it is made of. Not where
    executors are other machines, nor where the settings say what is few.
    """
    if is_local(spark) and not option(spark, SETTING, ""):
        set_option(spark, SETTING, str(MANY_BYTES))


def known(frame: DataFrame, tasks: Tasks | None) -> DataFrame:
    """`frame` itself, remembered as made by `tasks` on the driver; by Spark alone without."""
    if tasks is not None:
        _TASKS[frame] = tasks
    return frame


def tasks_of(frame: DataFrame) -> Tasks | None:
    """How a frame is made here; None where only Spark can."""
    return _TASKS.get(frame)


def done(tasks: Tasks, at_once: int) -> list[pa.RecordBatch]:
    """All batches of all tasks, in order; so many tasks are done at once."""
    waiting = list(tasks())
    if len(waiting) < 2:
        return [batch for batches in waiting for batch in _done(0, batches)]
    with ThreadPoolExecutor(at_once) as threads:
        made = threads.map(_done, range(len(waiting)), waiting)
        return [batch for batches in made for batch in batches]


def _done(number: int, batches: Batches) -> list[pa.RecordBatch]:
    _AT.set(number)
    return list(batches)


def plain(batch: pa.RecordBatch, wanted: pa.Schema) -> pa.RecordBatch:
    """The batch in the types of `wanted`: stored texts come as polars' own, which Spark has not."""
    return batch if batch.schema == wanted else batch.cast(wanted)


def pieces(batch: pa.RecordBatch, wanted: pa.Schema) -> Batches:
    """The batch in the types of `wanted`, in order, at most `ROWS_OF_A_PIECE` rows at a time: for
    Java and for files. Of no rows there is no piece.
    """
    whole = plain(batch, wanted)
    starts = range(0, whole.num_rows, ROWS_OF_A_PIECE)
    return (whole.slice(start, ROWS_OF_A_PIECE) for start in starts)


def frame_of(batches: Iterable[pa.RecordBatch], columns: pa.Schema) -> pl.DataFrame:
    """All rows of all batches; these columns even when there are none."""
    held = list(batches)
    if any(batch.schema != held[0].schema for batch in held):
        held = [plain(batch, columns) for batch in held]
    return pl.DataFrame(pa.Table.from_batches(held, held[0].schema if held else columns))


def task_number() -> int:
    """Which task is being done, here or by Spark."""
    task = TaskContext.get()
    return _AT.get() if task is None else task.partitionId()
