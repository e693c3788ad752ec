"""What chunks must be told of each other: numbers dealt before, and numbers lent."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from transforms.synthesis.numbers import PREFIX_DIGITS, SUFFIXES


def starts(dealt: DataFrame, seed: int) -> DataFrame:
    """One row per chunk: for each prefix the first pair of suffixes that is still to be dealt.

    `dealt` is unique by prefix and chunk.
    """
    earlier = Window.partitionBy("prefix").orderBy("chunk")
    before = F.sum("pairs").over(earlier.rowsBetween(Window.unboundedPreceding, -1))
    # Every prefix starts elsewhere, else the same few suffixes would come with all of them.
    written = F.lpad(F.col("prefix").cast("string"), PREFIX_DIGITS, "0")
    turned = F.pmod(F.xxhash64(F.lit(seed), written), F.lit(SUFFIXES // 2))
    start = turned + F.coalesce(before, F.lit(0))
    return _by_chunk(dealt, F.struct("prefix", start.alias("start")), "starts")


def loans(lenders: DataFrame, residents: DataFrame) -> DataFrame:
    """One row per chunk that borrows from others: the numbers of its lenders elsewhere.

    `lenders` is unique by chunk and lender, `residents` by `resident_id`.
    """
    listed = residents.select("resident_id", F.col("id_number").alias("lent_number"))
    lent = listed.join(F.broadcast(lenders), "resident_id", "inner")
    return _by_chunk(lent, F.struct("lender", "lent_number"), "loans")


def _by_chunk(frame: DataFrame, entry: Column, name: str) -> DataFrame:
    entries = frame.select("chunk", entry.alias("entry"))
    return entries.groupBy("chunk").agg(F.collect_list("entry").alias(name))


def knowing(chunks: DataFrame, known: DataFrame) -> DataFrame:
    """The chunks, still one a task, with what is known of each; `known` is unique by chunk."""
    return chunks.join(F.broadcast(known), "chunk", "left")
