"""Linkage: at most one resident per profile; a tie is abstained, never guessed."""

from typing import Self

import polars as pl
from pydantic import BaseModel, Field, model_validator
from pyspark.sql import DataFrame

from transforms.corroboration import is_corroborated
from transforms.exchange import Kind, Rows, met
from transforms.expressions import first_that_holds
from transforms.schemas import LEVELS, LINK

APART = "\x1f"
CERTAIN_MARGIN = 99.0  # bits, where there is no runner-up
# A profile that is not verified, and one of its candidates.
OPEN = Kind("open", pl.Schema({"profile_id": pl.Int64()}), key="profile_id")
CANDIDATE = Kind(
    "candidate",
    pl.Schema(
        {
            "profile_id": pl.Int64(),
            "resident_id": pl.String(),
            "match_probability": pl.Float64(),
            "match_weight": pl.Float64(),
            **dict.fromkeys(LEVELS, pl.String()),
        }
    ),
    key="profile_id",
)


class Threshold(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """What each outcome costs, in any one unit; the thresholds follow by least expected cost.

    A link costs `wrong_link` when it is wrong, a review always costs `review`, leaving a profile
    alone costs `missed` when one of its candidates was right (Fellegi & Sunter 1969, section 2:
    the three decisions; DuBois 1969 for the costs). A review that costs as much as a wrong link,
    or more than a missed person, is refused.
    """

    wrong_link: float = Field(default=100.0, gt=0)
    review: float = Field(default=8.0, gt=0)
    missed: float = Field(default=160.0, gt=0)
    margin: float = Field(default=3.0, ge=0)  # bits the best must lead the runner-up by

    @model_validator(mode="after")
    def _asking_pays(self) -> Self:
        if self.review >= self.wrong_link:
            raise ValueError(
                f"review {self.review:g} costs no less than wrong_link {self.wrong_link:g}: nobody "
                "would ask before linking; give review a smaller cost"
            )
        if self.review > self.missed:
            raise ValueError(
                f"review {self.review:g} costs more than missed {self.missed:g}: nobody would ask "
                "about anyone; give review a smaller cost"
            )
        return self

    @property
    def link(self) -> float:
        """The probability from which linking an only candidate costs no more than asking, and no
        more than leaving the profile alone.
        """
        leaving = self.wrong_link / (self.wrong_link + self.missed)
        return max(1 - self.review / self.wrong_link, leaving)


def links(
    scored: DataFrame, verifications: DataFrame, threshold: Threshold, segments: int
) -> DataFrame:
    """One row per profile that is not verified: its best resident, and what was decided."""

    def asked(verdicts: pl.DataFrame) -> pl.DataFrame:
        return verdicts.filter(pl.col("verdict") != "verified")

    def judged(opened: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
        best = best_candidates(candidates)
        whole = opened.join(best, on="profile_id", how="left")
        decided = whole.with_columns(decision=decision(threshold))
        linked = pl.when(pl.col("decision") == "linked").then("best_resident_id")
        return decided.with_columns(resident_id=linked)

    verdicts = Rows(verifications, OPEN, ("profile_id", "verdict"), asked)
    return met([verdicts, Rows(scored, CANDIDATE)], segments, judged, LINK)


def best_candidates(scored: pl.DataFrame) -> pl.DataFrame:
    """The best candidate of each profile, with its runner-up, in one total order."""
    order = ["profile_id", "match_probability", "match_weight", "resident_id"]
    ranked = scored.sort(order, descending=[False, True, True, False])
    has_next = pl.col("profile_id") == pl.col("profile_id").shift(-1)
    next_weight, runner_up = (
        pl.when(has_next).then(pl.col(name).shift(-1)) for name in ("match_weight", "resident_id")
    )
    margin = (pl.col("match_weight") - next_weight).fill_null(CERTAIN_MARGIN)
    best = (
        ranked.with_columns(margin=margin, runner_up_id=runner_up)
        .unique("profile_id", keep="first")
        .with_columns(evidence=evidence(), best_resident_id="resident_id")
    )
    # Of ranked rows: sums of doubles depend on their order.
    totals = ranked.group_by("profile_id").agg(
        pl.len().cast(pl.Int32).alias("candidates"),
        pl.sum("match_probability").alias("any_probability"),
    )
    return best.join(totals, on="profile_id", how="inner")


def decision(threshold: Threshold) -> pl.Expr:
    """The outcome of least expected cost; of two that cost the same, linking rather than asking
    and asking rather than leaving alone. Linking is out of the question without margin and
    corroboration.
    """
    linking = (1 - pl.col("match_probability")) * threshold.wrong_link
    leaving = pl.col("any_probability") * threshold.missed
    cheapest = (linking <= threshold.review) & (linking <= leaving)
    allowed = (pl.col("margin") >= threshold.margin) & is_corroborated()
    cases = {"linked": cheapest & allowed, "review": leaving >= threshold.review}
    return first_that_holds(cases, otherwise="unlinked")


def evidence() -> pl.Expr:
    """The candidate's levels as "comparison=level"; a text cut apart is made sooner than a list."""
    told = (pl.concat_str(pl.lit(_said_of(name)), name) for name in LEVELS)
    return pl.concat_str(*told, separator=APART).str.split(APART)


def corroborated(links: pl.DataFrame) -> pl.Series:
    """Whether each link's best candidate is corroborated, read off `evidence`; null without one."""
    said = {
        name: pl.col("evidence").list.get(at).str.strip_prefix(_said_of(name))
        for at, name in enumerate(LEVELS)
    }
    known = pl.when(pl.col("evidence").is_not_null()).then(is_corroborated())
    return links.select(**said, evidence="evidence").select(corroborated=known).to_series()


def _said_of(level: str) -> str:
    return level.removesuffix("_level") + "="
