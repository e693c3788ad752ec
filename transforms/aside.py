"""Cells left on disk, where all kernels are on one machine: Spark moves only where they are.

Through Java each cell is copied from the process that packed it into a row, compressed again into a
shuffle's file, and by the same way back to the process that takes it out.
"""

from collections.abc import Sequence
from functools import partial
from weakref import WeakSet

from pyspark import SparkFiles
from pyspark.sql import DataFrame, SparkSession

from transforms.contents import left_in
from transforms.here import Batches
from transforms.kernels import over_batches, united
from transforms.packing import CELLS
from transforms.waiting import awake, is_local, option

# Whether cells are left aside: where nothing else is said, if no executor is another machine.
SETTING = "spark.doichieu.aside"
ENCRYPTED = "spark.io.encryption.enabled"  # what is left here is not

_LEFT: WeakSet[DataFrame] = WeakSet()


def left(cells: DataFrame) -> DataFrame:
    """Cells whose contents stay on this machine, with addresses instead; else `cells` itself."""
    folder = folder_of(cells.sparkSession)
    if folder is None or cells in _LEFT:
        return cells
    told = over_batches(cells, partial(_left, folder), CELLS)
    _LEFT.add(told)
    return told


def together(frames: Sequence[DataFrame]) -> DataFrame:
    """The cells of all frames, left aside."""
    parts = [left(frame) for frame in frames]
    both = united(*parts)
    if all(part in _LEFT for part in parts):
        _LEFT.add(both)
    return both


def moved(cells: DataFrame, tasks: int, by: str) -> DataFrame:
    """The cells in so many tasks, by the number of each in the column `by`."""
    told = left(cells)
    return told.repartitionById(tasks, told[by])


def folder_of(spark: SparkSession) -> str | None:
    """Where this session's kernels leave cells; None where cells must travel."""
    encrypted = option(awake(spark), ENCRYPTED, "false") == "true"
    wanted = option(spark, SETTING, str(is_local(spark) and not encrypted))
    return SparkFiles.getRootDirectory() if wanted.lower() == "true" else None


def _left(folder: str, cells: Batches) -> Batches:
    """Each task has a file of its own: one that is done again leaves its first to nobody."""
    with left_in(folder):
        yield from cells
