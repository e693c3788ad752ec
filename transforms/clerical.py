"""Clerical review: which pairs a person is asked about, and what the answers say of each band."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.intervals import wilson

# Score bands by the probability of the best candidate; upper edges are open but for the last.
BANDS = ((0.0, "0–0.05"), (0.05, "0.05–0.5"), (0.5, "0.5–0.9"), (0.9, "0.9–0.99"),
         (0.99, "0.99–0.999"), (0.999, "0.999–1"))  # fmt: skip
TABLE = "clerical_answers"
ANSWERS = ("same", "different", "unsure")
# Shown side by side: name, the profile's column, the resident's column.
FIELDS = (
    ("id_number", "raw_id_number", "id_number"),
    ("full_name", "raw_full_name", "full_name"),
    ("date_of_birth", "raw_date_of_birth", "date_of_birth"),
    ("sex", "raw_sex", "sex"),
    ("phone", "raw_phone", "phone"),
)


def band(probability: Column) -> Column:
    """The band that a probability belongs to."""
    (_, name), *others = BANDS
    found = F.lit(name)
    for low, name in others:
        found = F.when(probability >= low, F.lit(name)).otherwise(found)
    return found


def drawn(links: DataFrame, per_band: int) -> DataFrame:
    """Up to `per_band` profiles of each band with their best candidate, drawn by hash.

    One row per profile; the same tables give the same sample.
    """
    asked = links.where(F.col("best_resident_id").isNotNull()).select(
        "profile_id",
        F.col("best_resident_id").alias("resident_id"),
        "decision",
        "match_probability",
        band(F.col("match_probability")).alias("band"),
    )
    order = Window.partitionBy("band").orderBy(
        F.xxhash64("profile_id", F.lit("clerical")), "profile_id"
    )
    return asked.withColumn("place", F.row_number().over(order)).where(F.col("place") <= per_band)


def side_by_side(
    drawn: DataFrame, profiles: DataFrame, residents: DataFrame, units: DataFrame
) -> DataFrame:
    """The drawn pairs with both records as text, in an order that tells nothing of the score."""
    places = units.select(
        "commune_code", F.concat_ws(", ", "commune", "district", "province").alias("place")
    )
    left, right = (
        record(side, at, places) for at, side in enumerate((profiles, residents), start=1)
    )
    few = F.broadcast(drawn.drop("place"))
    paired = left.join(few, on="profile_id", how="inner")
    whole = right.join(F.broadcast(paired), on="resident_id", how="inner")
    return whole.orderBy(F.xxhash64("profile_id", F.lit("order")), "profile_id")


def record(rows: DataFrame, side: int, places: DataFrame) -> DataFrame:
    """One record per row: its key, and a struct of what a clerk compares."""
    key = "profile_id" if side == 1 else "resident_id"
    fields = [F.col(names[side]).cast("string").alias(names[0]) for names in FIELDS]
    named = rows.join(F.broadcast(places), on="commune_code", how="left")
    place = F.coalesce("place", "commune_code").alias("place")
    return named.select(key, F.struct(*fields, place).alias("declared" if side == 1 else "known"))


def by_band(answers: DataFrame) -> DataFrame:
    """Per band: answers of each kind, and the share of `same` among the sure ones (Wilson)."""
    counted = answers.groupBy("band").agg(
        *(F.count_if(F.col("answer") == answer).alias(answer) for answer in ANSWERS)
    )
    share = wilson(F.col("same"), F.col("same") + F.col("different"))
    named = [c.alias(name) for name, c in zip(("value", "low", "high"), share, strict=True)]
    return counted.select("band", *ANSWERS, *named).orderBy(in_order("band"))


def in_order(column: str) -> Column:
    names: Sequence[str] = [name for _, name in BANDS]
    return F.array_position(F.array(*map(F.lit, names)), F.col(column))
