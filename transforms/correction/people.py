"""Cases of people: one per profile and disposition that somebody has to look at."""

import polars as pl

from transforms.correction.rows import GIVEN, OfSegment

CORRECTABLE = ("wrong", "recovered", "review")
KEY = ["profile_id", "disposition"]


def people(known: OfSegment) -> pl.DataFrame:
    """The cases of a segment, each with its dose rows in time order; one row per case.

    A doubted dose is a case of its own.
    """
    correctable = pl.col("disposition").is_in(CORRECTABLE) & pl.col("doubt").is_null()
    asked = known.dispositions.filter(correctable)
    # A dose row is in doses once, and each of the tables has one row per profile.
    rows = asked.join(known.doses.drop("profile_id"), on="dose_id", how="left")
    told = grouped(rows)
    links = known.links.rename({"evidence": "levels"})
    owners = known.verifications.rename({"resident_id": "number_owner"})
    for part in (known.profiles, links, owners, known.persons, known.stated, listed(known.found)):
        told = told.join(part, on="profile_id", how="left")
    return told.with_columns(evidence=evidence(), is_dose=pl.lit(value=False))


def grouped(rows: pl.DataFrame) -> pl.DataFrame:
    """Dose rows as one row per profile and disposition; the lists of doses are aligned."""
    first = rows.sort("injected_on", "dose_number", "dose_id", "facility_code")
    wrong = rows.select(*KEY, "wrong_fields").explode("wrong_fields").drop_nulls().unique()
    wrongs = wrong.sort("wrong_fields").group_by(KEY, maintain_order=True).agg("wrong_fields")
    cases = first.group_by(KEY, maintain_order=True).agg(
        pl.min("resident_id"),
        pl.len().alias("doses"),
        **{name: pl.col(column) for name, column in GIVEN.items()},
    )
    none = pl.lit([], pl.List(pl.String))
    return cases.join(wrongs, on=KEY, how="left").with_columns(
        pl.col("wrong_fields").fill_null(none)
    )


def evidence() -> pl.Expr:
    """The levels of the best candidate; of a review also how many there are."""
    levels = pl.col("levels").fill_null(pl.lit([], pl.List(pl.String)))
    counted = pl.lit("candidates=") + pl.col("candidates").cast(pl.String)
    is_review = (pl.col("disposition") == "review") & pl.col("candidates").is_not_null()
    return pl.when(is_review).then(pl.concat_list(levels, counted)).otherwise(levels)


def listed(found: pl.DataFrame) -> pl.DataFrame:
    """`profile_id` → `found`: its candidates, the most likely first."""
    one = pl.struct(found.columns).alias("found")
    return found.sort("rank").group_by("profile_id", maintain_order=True).agg(one)
