"""How many segments rows are brought together in, by how many there are."""

from pyspark.sql import DataFrame, SparkSession

from transforms.exchange import segments_for
from transforms.stored import count


def segments_of(spark: SparkSession, *frames: DataFrame) -> int:
    """Enough for the rows of all frames, and for every core."""
    rows = sum(count(frame) for frame in frames)
    return segments_for(rows, spark.sparkContext.defaultParallelism)
