"""The people that a review may be about, side by side: what a clerk chooses from."""

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.correction.rows import FOUND, RESIDENTS
from transforms.correction.values import correction_ids, written_birth, written_sex
from transforms.exchange import Kind, Rows, applied_to_segments, lying, met, together
from transforms.linkage import CANDIDATE, evidence
from transforms.schemas import CANDIDATES, INT, LONG, STRING, STRINGS, table

MOST = 3
# A candidate less likely than this beside the best one only costs a clerk's time.
LEAST = 0.001
LAST_DIGITS = 4
HIDDEN = "********"
BEST = table("profile_id rank", profile_id=LONG, rank=INT, resident_id=STRING, evidence=STRINGS)
ASKED = Kind(
    "asked", pl.Schema({"profile_id": pl.Int64(), "decision": pl.String()}), key="profile_id"
)


def best_candidates(scored: DataFrame, links: DataFrame, segments: int) -> DataFrame:
    """At most three candidates of each profile to review, with their `rank`; always the best."""

    def kernel(pairs: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
        asked = decisions.filter(pl.col("decision") == "review")
        order = ["profile_id", "match_probability", "match_weight", "resident_id"]
        ranked = (
            pairs.join(asked, on="profile_id", how="semi")
            .sort(order, descending=[False, True, True, False])
            .with_columns(rank=pl.int_range(1, pl.len() + 1).over("profile_id"))
        )
        likely = (pl.col("rank") == 1) | (pl.col("match_probability") >= LEAST)
        return ranked.filter(likely & (pl.col("rank") <= MOST)).with_columns(evidence=evidence())

    return met([Rows(scored, CANDIDATE), Rows(links, ASKED)], segments, kernel, BEST)


def found(best: DataFrame, residents: DataFrame, units: pl.DataFrame, segments: int) -> DataFrame:
    """The best candidates as a list shows them; they lie by profile once written."""
    asked = Kind.of_table("best", BEST, key="resident_id")
    places = units.select(
        "commune_code", place=pl.concat_str("commune", "district", "province", separator=", ")
    )

    def kernel(cells: pl.DataFrame) -> pl.DataFrame:
        # resident_id and commune_code are the keys of their tables.
        named = (
            asked.arrived(cells)
            .join(RESIDENTS.arrived(cells), on="resident_id", how="inner")
            .join(places, on="commune_code", how="left")
        )
        return named.with_columns(
            correction_id=correction_ids(named["profile_id"], named["resident_id"]),
            date_of_birth=written_birth(""),
            sex=written_sex("sex"),
        )

    cells = together(Rows(best, asked).cells(segments), Rows(residents, RESIDENTS).cells(segments))
    told = applied_to_segments(cells, segments, kernel, FOUND)
    return lying(told, FOUND, "profile_id", segments)


def listed(cases: pl.DataFrame) -> pl.Series:
    """The candidates of each case as its list shows them: numbers whole only at home.

    `found` are the case's candidates, `commune_code` is where its list goes.
    """
    fields: T.StructType = CANDIDATES.elementType  # type: ignore[assignment]
    at = cases.select("found", home="commune_code").with_row_index("at")
    each = at.drop_nulls("found").explode("found").drop_nulls("found").unnest("found")
    number = pl.col("id_number")
    masked = pl.lit(HIDDEN) + number.str.tail(LAST_DIGITS)
    at_home = (pl.col("commune_code") == pl.col("home")).fill_null(value=False)
    one = pl.struct(fields.names).alias("candidates")
    shown = each.with_columns(id_number=pl.when(at_home).then(number).otherwise(masked))
    lists = shown.sort("at", "rank").group_by("at", maintain_order=True).agg(one)
    told = at.select("at").join(lists, on="at", how="left", maintain_order="left")["candidates"]
    return told.fill_null(pl.Series([[]], dtype=told.dtype))
