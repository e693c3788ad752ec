"""What linking made of the masked profiles, with the subgroups each belongs to."""

from typing import NamedTuple

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import aliased
from transforms.exchange import applied_to_each
from transforms.expressions import same
from transforms.linkage import corroborated
from transforms.packing import CELLS, packed
from transforms.schemas import LINK, MASKED_LINK
from transforms.subgroups import age_band, name_group

# Columns of `masked_links` by which quality is told apart.
DIMENSIONS = (
    "sex",
    "age_band",
    "province_code",
    "name_group",
    "birth_precision",
    "phone_given",
)
# What they are read off, of a profile.
DECLARED = (
    *("sex", "province_code", "birth_precision", "birth_year", "phone"),
    *("name_folded", "surname_folded"),
)


# What is asked of the links of the sample; whose a profile is, the claims say.
DECIDED = (
    *(n for n in LINK.names if n in MASKED_LINK.names and n != "resident_id"),
    "evidence",
)


class Decisions(NamedTuple):
    """Links of the masked profiles: with all their candidates, and as if the owner were unknown."""

    present: pl.DataFrame
    absent: pl.DataFrame


class Owners(NamedTuple):
    """Whose each masked profile is: the `claims`, one row each; the `pairs` that were compared, of
    all candidates; and the claims of those who are `together` in some block, left out or not.
    """

    claims: pl.DataFrame
    pairs: pl.DataFrame
    together: pl.DataFrame


def without_owner(compared: DataFrame, claims: pl.DataFrame) -> DataFrame:
    """The compared pairs but for the true ones: what somebody outside the register would meet."""

    pair = ["profile_id", "resident_id"]

    def kernel(pairs: pl.DataFrame) -> pl.DataFrame:
        return packed({0: pairs.join(claims, on=pair, how="anti", maintain_order="left")})

    return applied_to_each(compared, kernel, CELLS)


def masked_links(links: Decisions, owners: Owners, groups: pl.DataFrame) -> pl.DataFrame:
    """One row per masked profile: its resident beside the one that linking found.

    `links` and `groups` have one row per masked profile.
    """
    keys, yes = ["profile_id", "resident_id"], pl.lit(value=True)
    absent = links.absent.select(
        "profile_id",
        decision_if_absent="decision",
        probability_if_absent="match_probability",
    )
    return (
        links.present.with_columns(corroborated(links.present))
        .join(owners.claims, on="profile_id", how="inner")
        .join(owners.pairs.select(*keys, compared=yes), on=keys, how="left")
        .join(owners.together.select(*keys, shares_block=yes), on=keys, how="left")
        .join(absent, on="profile_id", how="inner")
        .join(groups, on="profile_id", how="inner")
        .with_columns(
            pl.col("compared", "shares_block").fill_null(value=False),
            best_is_right=same(pl.col("best_resident_id"), pl.col("resident_id")),
        )
        .sort("profile_id")
    )


def grouped(profiles: DataFrame) -> DataFrame:
    """The subgroups that each profile belongs to."""
    return profiles.select("profile_id", *aliased(subgroups()))


def subgroups() -> dict[str, Column]:
    """Of a profile as declared, the number apart."""
    plain = {name: F.col(name) for name in ("sex", "province_code", "birth_precision")}
    given = F.when(F.col("phone").isNotNull(), "yes").otherwise("no")
    return {**plain, "age_band": age_band(), "name_group": name_group(), "phone_given": given}
