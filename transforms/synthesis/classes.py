"""Which profiles go wrong: scores to be cut where the official totals say, and the cuts."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.synthesis import doses
from transforms.synthesis.calendar import day_number
from transforms.synthesis.choices import first_case
from transforms.synthesis.draws import pick
from transforms.synthesis.profiles import ENTERED, RUN
from transforms.synthesis.world import World

BINS = 1 << 16
# Damage of whole files, in the order they are cut from one score, and what it can hit.
FILE_CODES = {
    "NOID_LOST0": "zero_ok",
    "NOID_SCI": "file_ok",
    "ID_ROWSHIFT": "file_ok",
    "ID_FILLDOWN": "fill_ok",
    "NAME_ENC": "file_ok",
}
SCORES = ("missing_score", "unsent_score", "file_score", "noid_score", "wrong_score")
SKELETON = (*SCORES, *dict.fromkeys(FILE_CODES.values()), "copy", "adult", "fixed_code")
OF_PROFILES = ("file_score", "noid_score", "wrong_score", *dict.fromkeys(FILE_CODES.values()))
SCORED = (*ENTERED, *OF_PROFILES, "fixed_code")


@dataclass(frozen=True)
class Cuts:
    """Where each score is cut: below is hit. Found from histograms, the same for every run."""

    missing: float = 0
    unsent: float = 0
    files: tuple[float, ...] = ()
    unresolvable: float = 0
    noid_adult: float = 0
    noid_child: float = 0
    wrong: float = 0


def scored(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """Profiles with the scores of their errors, each a hash weighed by province and wave."""
    dice, key = world.dice, pl.col("profile_key")
    weight = pick(world.places.multipliers, pl.col("province")) * _wave(world)
    plain = pl.col("fixed_code").is_null()
    number_starts_with_zero = ~pl.col("shows_cmnd") | pl.col("cmnd").str.starts_with("0")
    drawn = profiles.with_columns(
        fixed_code=_fixed_code(world),
        adult=pl.col("age_group") == doses.ADULT,
        weight=weight,
        noid=dice.uniform("noid", key),
        wrong=dice.uniform("wrong", key),
    )
    return drawn.with_columns(
        file_score=dice.uniform("file", pl.col("file")),
        file_ok=plain,
        zero_ok=plain & number_starts_with_zero,
        fill_ok=plain & (pl.col("idx") % RUN != 0),
        noid_score=pl.col("noid") / (pl.col("noid") + pl.col("weight")),
        wrong_score=pl.col("wrong") / (pl.col("wrong") + pl.col("weight")),
    ).drop("weight", "noid", "wrong")


def _wave(world: World) -> pl.Expr:
    recipe, began = world.recipe, pl.col("began")
    peak = began.is_between(day_number(date(2021, 7, 1)), day_number(date(2021, 10, 31)))
    late = began >= day_number(date(2022, 1, 1))
    return (
        pl.when(pl.col("age_group") != doses.ADULT)
        .then(recipe.teen_wave)
        .when(peak)
        .then(recipe.peak_wave)
        .when(late)
        .then(recipe.late_wave)
        .otherwise(1.0)
    )


def _fixed_code(world: World) -> pl.Expr:
    """What a person's standing alone decides: foreigner, not in the register, register wrong."""
    idx, outside = pl.col("idx"), ~world.listed(pl.col("idx"))
    numbered = world.dice.happens(world.recipe.outsiders_numbered, "outsider numbered", idx)
    return first_case(
        {
            "FOREIGN": world.foreign(idx),
            "NOT_IN_DB": outside & numbered,
            "OUTSIDER": outside,
            "POP_ERR": pl.col("register_error").is_not_null(),
        }
    )


def row_scores(rows: pl.DataFrame, world: World) -> pl.DataFrame:
    """Dose rows with the scores of never being entered and of not yet being sent: both come in
    clusters (a facility's day, a batch of an upload), some people's rows more easily."""
    dice, owner, number = world.dice, pl.col("owner"), pl.col("dose_number")
    single = 0.03 * pl.col("single")  # a copy shares the fate of its original
    facility_day = dice.uniform("facility day", pl.col("station"), pl.col("true_day"))
    uniformed = dice.happens(0.008, "police and army", owner) & pl.col("adult")
    missing = (0.97 * facility_day + single) * pl.when(uniformed).then(0.15).otherwise(1.0)
    batch = dice.uniform("batch", pl.col("file"), number)
    recent = pl.col("day") >= day_number(date(2022, 3, 1))
    unsent = (0.97 * batch + single) / pl.when(recent).then(4.0).otherwise(1.0)
    drawn = rows.with_columns(single=dice.uniform("row", owner, number))
    return drawn.with_columns(missing_score=missing, unsent_score=unsent).drop("single")


def skeleton(rows: pl.DataFrame) -> pl.DataFrame:
    """What the cuts are found from: every dose row's scores, each as the lower end of its bin."""
    # A cut is an end of a bin, so a score and its bin's lower end are on the same side of it.
    scores = ((pl.col(SCORES) * BINS).floor() / BINS).cast(pl.Float32)
    return rows.with_columns(scores).select(SKELETON)


def file_code(cuts: Cuts) -> pl.Expr:
    """The damage of a profile's file, null where it has none or it does not hit the profile."""
    bounds = itertools.pairwise((0.0, *cuts.files))
    score = pl.col("file_score")
    return first_case(
        {
            name: (score >= low) & (score < high) & pl.col(allowed)
            for (name, allowed), (low, high) in zip(FILE_CODES.items(), bounds, strict=False)
        }
    )


def decided(cuts: Cuts) -> pl.Expr:
    """The code of whatever settles a profile before the free draw between noid and wrong."""
    return pl.coalesce("fixed_code", file_code(cuts))


def noid(cuts: Cuts, settled: pl.Expr) -> pl.Expr:
    """Whether the free draw leaves a profile without a usable number."""
    limit = pl.when("adult").then(cuts.noid_adult).otherwise(cuts.noid_child)
    return settled.is_null() & (pl.col("noid_score") < limit)


def error_group(cuts: Cuts, settled: pl.Expr) -> pl.Expr:
    """`noid_lost`, `noid_child`, `noid` or `wrong`, for profiles that the free draw hits."""
    hit, adult = noid(cuts, settled), pl.col("adult")
    return first_case(
        {
            "noid_lost": hit & adult & (pl.col("noid_score") < cuts.unresolvable),
            "noid": hit & adult,
            "noid_child": hit,
            "wrong": settled.is_null() & (pl.col("wrong_score") < cuts.wrong),
        }
    )


def cut_at(bins: Sequence[tuple[int, int]], target: float, start: float = 0.0) -> float:
    """The score at which the rows from `start` on come nearest to `target`."""
    total, best, nearest = 0, start, abs(target)
    for number, rows in sorted(bins):
        if number / BINS < start:
            continue
        total += rows
        if abs(total - target) < nearest:
            best, nearest = (number + 1) / BINS, abs(total - target)
    return best
