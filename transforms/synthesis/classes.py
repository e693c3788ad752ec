"""Which profiles go wrong: scores to be cut where the official totals say, and the cuts."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.synthesis import doses
from transforms.synthesis.calendar import day_number
from transforms.synthesis.draws import decimals
from transforms.synthesis.profiles import RUN
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


def scored(profiles: DataFrame, world: World) -> DataFrame:
    """Profiles with the scores of their errors, each a hash weighed by province and wave."""
    dice, idx, key = world.dice, F.col("idx"), F.col("profile_key")
    weight = F.get(decimals(world.places.multipliers), F.col("province")) * _wave(world)
    fixed = _fixed_code(world)
    plain = fixed.isNull()
    number_starts_with_zero = ~F.col("shows_cmnd") | F.col("cmnd").startswith("0")
    noid, wrong = dice.uniform("noid", key), dice.uniform("wrong", key)
    return profiles.withColumns(
        {
            "fixed_code": fixed,
            "adult": F.col("age_group") == doses.ADULT,
            "file_score": dice.uniform("file", F.col("file")),
            "file_ok": plain,
            "zero_ok": plain & number_starts_with_zero,
            "fill_ok": plain & (idx % RUN != 0),
            "noid_score": noid / (noid + weight),
            "wrong_score": wrong / (wrong + weight),
        }
    )


def _wave(world: World) -> Column:
    recipe, began = world.recipe, F.col("began")
    peak = began.between(day_number(date(2021, 7, 1)), day_number(date(2021, 10, 31)))
    late = began >= day_number(date(2022, 1, 1))
    return (
        F.when(F.col("age_group") != doses.ADULT, recipe.teen_wave)
        .when(peak, recipe.peak_wave)
        .when(late, recipe.late_wave)
        .otherwise(1.0)
    )


def _fixed_code(world: World) -> Column:
    """What a person's standing alone decides: foreigner, not in the register, register wrong."""
    idx = F.col("idx")
    numbered = world.dice.happens(world.recipe.outsiders_numbered, "outsider numbered", idx)
    return (
        F.when(idx >= world.first_foreigner, "FOREIGN")
        .when((idx >= world.first_outsider) & numbered, "NOT_IN_DB")
        .when(idx >= world.first_outsider, "OUTSIDER")
        .when(F.col("register_error").isNotNull(), "POP_ERR")
    )


def row_scores(rows: DataFrame, world: World) -> DataFrame:
    """Dose rows with the scores of never being entered and of not yet being sent: both come in
    clusters (a facility's day, a batch of an upload), some people's rows more easily."""
    dice, owner, number = world.dice, F.col("owner"), F.col("dose_number")
    single = dice.uniform("row", owner, number)  # a copy shares the fate of its original
    facility_day = dice.uniform("facility day", F.col("station"), F.col("true_day"))
    uniformed = dice.happens(0.008, "police and army", owner) & F.col("adult")
    missing = (0.97 * facility_day + 0.03 * single) * F.when(uniformed, 0.15).otherwise(1.0)
    batch = dice.uniform("batch", F.col("file"), number)
    recent = F.when(F.col("day") >= day_number(date(2022, 3, 1)), 4.0).otherwise(1.0)
    unsent = (0.97 * batch + 0.03 * single) / recent
    return rows.withColumns({"missing_score": missing, "unsent_score": unsent})


def file_code(cuts: Cuts) -> Column:
    """The damage of a profile's file, null where it has none or it does not hit the profile."""
    code = F.lit(None).cast("string")
    bounds = list(itertools.pairwise((0.0, *cuts.files)))
    for (name, allowed), (low, high) in zip(FILE_CODES.items(), bounds, strict=False):
        inside = (F.col("file_score") >= low) & (F.col("file_score") < high)
        code = F.when(inside & F.col(allowed), name).otherwise(code)
    return code


def decided(cuts: Cuts) -> Column:
    """The code of whatever settles a profile before the free draw between noid and wrong."""
    return F.coalesce(F.col("fixed_code"), file_code(cuts))


def noid(cuts: Cuts, settled: Column) -> Column:
    """Whether the free draw leaves a profile without a usable number."""
    limit = F.when(F.col("adult"), cuts.noid_adult).otherwise(cuts.noid_child)
    return settled.isNull() & (F.col("noid_score") < limit)


def error_group(cuts: Cuts, settled: Column) -> Column:
    """`noid_lost`, `noid_child`, `noid` or `wrong`, for profiles that the free draw hits."""
    lost = F.col("adult") & (F.col("noid_score") < cuts.unresolvable)
    free = settled.isNull() & (F.col("wrong_score") < cuts.wrong)
    kind = F.when(lost, "noid_lost").when(F.col("adult"), "noid").otherwise("noid_child")
    return F.when(noid(cuts, settled), kind).when(free, "wrong")


def histogram(rows: DataFrame, score: str, weights: Mapping[str, Column]) -> DataFrame:
    """Rows by bin of a score: `bin` and, for each name, how many rows satisfy its condition."""
    counts = [F.count_if(condition).alias(name) for name, condition in weights.items()]
    return rows.groupBy(F.floor(F.col(score) * BINS).cast("int").alias("bin")).agg(*counts)


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
