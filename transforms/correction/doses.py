"""Cases of doses: entered twice, or impossible; a health station looks them up in its books."""

import polars as pl

from transforms.correction.rows import OfSegment
from transforms.schemas import TWO_PEOPLE


def doses(known: OfSegment, real: pl.Series) -> pl.DataFrame:
    """One case per dose row that is a copy, and per kept one that breaks a rule; never both.

    A dose that may be another person's is to `review`; other rules leave dispositions alone. Doses
    that a commune said are `real` break no rule that anybody has to look at again.
    """
    is_copy = pl.col("disposition") == "duplicate"
    named = known.copies.drop("profile_id", "duplicate_of")
    # Each of these has a dose row once, as the tables have a profile.
    copied = known.dispositions.filter(is_copy).join(named, on="dose_id", how="left")
    entered = copied.with_columns(evidence=pl.lit(["finding=duplicate"]))
    broken = findings(known.dispositions.filter(~is_copy), known.findings, real)
    cases = pl.concat([entered, broken], how="diagonal")
    own = known.doses.drop("profile_id")
    told = cases.join(own, on="dose_id", how="inner").with_columns(**given(), **of_a_dose())
    of_dose = known.profiles.drop("facility_code")  # the profile's is another dose's as well
    return told.join(of_dose, on="profile_id", how="left").join(
        known.persons, on="profile_id", how="left"
    )


def findings(kept: pl.DataFrame, broken: pl.DataFrame, real: pl.Series) -> pl.DataFrame:
    """The kept dose rows that break a rule, with all that they break."""
    asked = broken.filter(~pl.col("dose_id").is_in(real.implode())).drop("profile_id")
    doubted = pl.col("doubt").is_not_null()
    # Whose profile is not known anyway is asked about as a person, not dose by dose.
    told = kept.join(asked, on="dose_id", how="inner").filter(
        (pl.col("rule") != TWO_PEOPLE) | doubted
    )
    rules = told.select("dose_id", evidence="finding=" + pl.col("rule")).unique()
    each = rules.sort("evidence").group_by("dose_id", maintain_order=True).agg("evidence")
    is_review = pl.when(doubted).then(pl.lit("review")).otherwise(pl.lit("finding"))
    return kept.join(each, on="dose_id", how="inner").with_columns(disposition=is_review)


def given() -> dict[str, pl.Expr]:
    """The dose, and for a copy the one that is kept: aligned lists."""
    has_kept = pl.col("duplicate_of").is_not_null()  # of the kept one any value may be missing
    pairs = {
        "dose_ids": ("dose_id", "duplicate_of"),
        "dose_numbers": ("dose_number", "kept_number"),
        "injected_on": ("injected_on", "kept_on"),
        "facility_codes": ("facility_code", "kept_facility"),
        "vaccines": ("vaccine", "kept_vaccine"),
    }
    return {
        name: pl.when(has_kept).then(pl.concat_list(own, kept)).otherwise(pl.concat_list(own))
        for name, (own, kept) in pairs.items()
    }


def of_a_dose() -> dict[str, pl.Expr]:
    """What is the same for each of them."""
    return {
        "is_dose": pl.lit(value=True),
        "doses": pl.lit(1),
        "wrong_fields": pl.lit([], pl.List(pl.String)),
    }
