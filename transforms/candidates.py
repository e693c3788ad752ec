"""The people that a review may be about, side by side: what a clerk chooses from."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.columns import correction_id
from transforms.schemas import CANDIDATES, CORRECTION, LEVELS, conform

MOST = 3
# A candidate less likely than this beside the best one only costs a clerk's time.
LEAST = 0.001
LAST_DIGITS = 4


def best_candidates(scored: DataFrame, links: DataFrame) -> DataFrame:
    """At most three candidates of each profile to review, with their `rank`; always the best."""
    asked = links.where(F.col("decision") == "review").select("profile_id")  # its key
    order = Window.partitionBy("profile_id").orderBy(
        F.desc("match_probability"), F.desc("match_weight"), "resident_id"
    )
    ranked = scored.join(asked, on="profile_id", how="left_semi").withColumn(
        "rank", F.row_number().over(order)
    )
    likely = (F.col("rank") == 1) | (F.col("match_probability") >= LEAST)
    return ranked.where(likely & (F.col("rank") <= MOST))


def candidates(best: DataFrame, residents: DataFrame, units: DataFrame) -> DataFrame:
    """`profile_id` → `found`: its candidates as a list shows them, with the commune of each."""
    places = units.select(
        "commune_code", F.concat_ws(", ", "commune", "district", "province").alias("place")
    )
    told = best.select("profile_id", "rank", "resident_id", evidence().alias("evidence"))
    # resident_id and commune_code are the keys of their tables.
    named = told.join(residents, on="resident_id", how="inner").join(
        F.broadcast(places), on="commune_code", how="left"
    )
    shown = F.struct(
        "rank",
        correction_id(F.col("profile_id"), F.col("resident_id")).alias("correction_id"),
        "resident_id",
        "id_number",
        "full_name",
        written_birth().alias("date_of_birth"),
        F.when(F.col("sex") == "M", "Nam").when(F.col("sex") == "F", "Nữ").alias("sex"),
        "place",
        "evidence",
        "commune_code",
    )
    return named.groupBy("profile_id").agg(F.array_sort(F.collect_list(shown)).alias("found"))


def with_candidates(corrections: DataFrame, found: DataFrame) -> DataFrame:
    """The corrections, those to review with their candidates; numbers whole only at home.

    Where there are none the list is empty, not null: Spark asks after every row how large the batch
    for the kernel has become, and goes through all nulls of a list for it.
    """
    joined = corrections.join(found, on="profile_id", how="left")  # one row per profile
    review = F.col("disposition") == "review"
    listed = F.when(review, F.transform("found", lambda one: shown(one, F.col("commune_code"))))
    known = F.coalesce(listed.cast(CANDIDATES), nobody())
    return conform(joined.withColumn("candidates", known), CORRECTION)


def nobody() -> Column:
    """No candidates."""
    return F.array().cast(CANDIDATES)


def shown(candidate: Column, commune: Column) -> Column:
    number = candidate["id_number"]
    masked = F.concat(F.lit("********"), F.right(number, F.lit(LAST_DIGITS)))
    at_home = candidate["commune_code"].eqNullSafe(commune)
    fields = CANDIDATES.elementType.fieldNames()  # type: ignore[attr-defined]
    values = {name: candidate[name] for name in fields} | {
        "id_number": F.when(at_home, number).otherwise(masked)
    }
    return F.struct(*(values[name].alias(name) for name in fields))


def written_birth() -> Column:
    """The registered birth date as Vietnam writes it: dd/mm/yyyy, or what is known of it."""
    return F.coalesce(F.date_format("birth_date", "dd/MM/yyyy"), F.col("birth_year").cast("string"))


def evidence() -> Column:
    """A candidate's levels as "comparison=level"."""
    return F.array(
        *(F.concat(F.lit(name.removesuffix("_level") + "="), F.col(name)) for name in LEVELS)
    )
