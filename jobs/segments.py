"""How many rows there are, and how many segments they are brought together in."""

from pyspark.sql import DataFrame, SparkSession

from transforms import stored
from transforms.exchange import segments_for
from transforms.waiting import cores


def segments_of(spark: SparkSession, *frames: DataFrame) -> int:
    """Enough for the rows of all frames, and for every core."""
    rows = sum(map(count, frames))
    return segments_for(rows, cores(spark))


def count(frame: DataFrame) -> int:
    """The rows of `frame`: those of a stored one stand at the end of its files."""
    files = stored.files_of(frame)
    return frame.count() if files is None else sum(group.rows for group in stored.groups(files))
