"""Who was injected when, with what and where: the schedule of a person as columns."""

import itertools
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from transforms.synthesis.calendar import (
    ADULT_WAVES,
    BOOSTERS_FROM,
    CHILD_WAVES,
    TEEN_WAVES,
    Vaccines,
    day_number,
)
from transforms.synthesis.draws import padded, pick, slot, spread
from transforms.synthesis.world import AGE_GROUPS, World
from transforms.xxhash64 import xxhash64

ADULT, TEEN, CHILD, NONE = range(4)
IDX = pl.col("idx")


def age_group(birth_date: pl.Expr, world: World) -> pl.Expr:
    """An index into AGE_GROUPS; NONE below five."""
    group: pl.Expr = pl.lit(NONE)
    for number, (youngest, _) in reversed(list(enumerate(AGE_GROUPS))):
        born_by = world.recipe.as_of.replace(year=world.recipe.as_of.year - youngest)
        group = pl.when(birth_date <= born_by).then(number).otherwise(group)
    return group


def injected(owner: pl.Expr, group: pl.Expr, world: World) -> pl.Expr:
    """How many doses the person was given by the day of the register."""
    draw = world.dice.uniform("doses", owner)
    first, second, third = (_share(group, n, world) for n in range(3))
    return (
        pl.when(draw < third).then(3).when(draw < second).then(2).when(draw < first).then(1)
    ).otherwise(0)


def _share(group: pl.Expr, nth: int, world: World) -> pl.Expr:
    return pick([*(s[nth] for s in world.dose_shares), 0.0], group)


def scheduled(people: pl.DataFrame, world: World) -> pl.DataFrame:
    """People with `course` (the product of the basic course) and `day_1` to `day_3` (days since
    1970): the wave of the first dose, then intervals; `age_group` is needed.

    Who was given more doses began earlier.
    """
    plan, dice, group = Vaccines(world.reference, world.recipe), world.dice, pl.col("age_group")
    share = pl.max_horizontal(_share(group, 0, world), 1e-9)
    first = (
        pl.when(group == TEEN)
        .then(_quantile(pl.col("wave"), TEEN_WAVES))
        .when(group == CHILD)
        .then(_quantile(pl.col("wave"), CHILD_WAVES))
        .otherwise(_quantile(pl.col("wave"), ADULT_WAVES))
    )
    gap, width = (pick(days, pl.col("course")) for days in (plan.intervals, plan.spreads))
    second = pl.col("day_1") + gap + dice.below(width, "second dose", IDX)
    return (
        people.with_columns(
            wave=pl.min_horizontal(dice.uniform("doses", IDX) / share, 1.0),
            supplied=pick(spread(plan.supply), slot(dice.uniform("vaccine", IDX))),
        )
        .with_columns(day_1=first.cast(pl.Int32))
        .with_columns(course=_course(plan))
        .with_columns(day_2=_within(second, 2, world))
        .with_columns(day_3=_within(_third(plan, world), 3, world))
        .drop("wave", "supplied")
    )


def _course(plan: Vaccines) -> pl.Expr:
    """What a person's supply was, AstraZeneca before it came, children's own products."""
    group, supplied = pl.col("age_group"), pl.col("supplied")
    here = pl.col("day_1") >= pick(plan.first_days, supplied)
    return (
        pl.when(group == TEEN)
        .then(plan.number("Pfizer"))
        .when(group == CHILD)
        .then(plan.number("Moderna"))
        .when(here)
        .then(supplied)
        .otherwise(plan.number("AstraZeneca"))
        .cast(pl.Int32)
    )


def product(number: pl.Expr, world: World) -> pl.Expr:
    """The product of one dose (an index): the course's, sometimes mixed, a booster's."""
    plan = Vaccines(world.reference, world.recipe)
    dice, owner, course = world.dice, pl.col("owner"), pl.col("course")
    boosted = pick(spread(plan.boosters), slot(dice.uniform("booster", owner)))
    astra = course == plan.number("AstraZeneca")
    mixed = (number == 2) & astra & dice.happens(world.recipe.mixed, "mixed", owner)
    third = (number == 3) & (course != plan.number("Abdala"))
    return (
        pl.when(third)
        .then(boosted)
        .when(mixed)
        .then(plan.number("Pfizer"))
        .otherwise(course)
        .cast(pl.Int32)
    )


def _third(plan: Vaccines, world: World) -> pl.Expr:
    """Abdala's third dose two weeks later, else a booster three months later, from December on."""
    dice, second = world.dice, pl.col("day_2")
    start = day_number(BOOSTERS_FROM) + dice.below(60, "booster day", IDX)
    booster = pl.max_horizontal(second + 90 + dice.below(45, "third dose", IDX), start)
    abdala = pl.col("course") == plan.number("Abdala")
    return pl.when(abdala).then(second + 14).otherwise(booster)


def _within(day: pl.Expr, number: int, world: World) -> pl.Expr:
    """A day after the register's date is pulled back to its last days."""
    last = day_number(world.recipe.as_of) - 4 * (3 - number)
    return pl.min_horizontal(day, last - world.dice.below(4, "last days", IDX)).cast(pl.Int32)


def _quantile(draw: pl.Expr, points: Sequence[tuple[float, date]]) -> pl.Expr:
    """The day by which a share of a wave's doses was given, linear between the points."""
    day: pl.Expr = pl.lit(float(day_number(points[-1][1])))
    for (low, start), (high, end) in reversed(list(itertools.pairwise(points))):
        a, b = day_number(start), day_number(end)
        inside = (a + (draw - low) * ((b - a) / (high - low))).floor()
        day = pl.when(draw < high).then(inside).otherwise(day)
    return day


def facility(owner: pl.Expr, commune: pl.Expr, number: pl.Expr, world: World) -> pl.Expr:
    """The commune (an index) whose station injected: at home, near work, anywhere."""
    dice, recipe, communes = world.dice, world.recipe, len(world.places.communes)
    stay = pl.min_horizontal(number, 2).cast(pl.Int32)
    draw = dice.uniform("facility", owner, stay)
    near = (commune + 1 + dice.below(6, "near facility", owner, stay)) % communes
    far = dice.below(communes, "far facility", owner, stay)
    home, beside = recipe.facility_home, recipe.facility_home + recipe.facility_near
    return (pl.when(draw < home).then(commune).when(draw < beside).then(near).otherwise(far)).cast(
        pl.Int32
    )


def lot_number(product: pl.Expr, day: pl.Expr, facility: pl.Expr, world: World) -> pl.Expr:
    """A lot lasts a month and serves neighbouring stations."""
    labels = Vaccines(world.reference, world.recipe).labels
    letters = pick([label[:2].upper() for label in labels], product)
    lot = lot_of(product, (day // 30).cast(pl.Int64), (facility // 200).cast(pl.Int64))
    return letters + padded(lot, 4)


def lot_of(product: pl.Expr, month: pl.Expr, area: pl.Expr) -> pl.Expr:
    """A number below 10,000 for a product (32 bits) in a month and an area (64 bits each)."""
    return pl.map_batches([product, month, area], _lots, return_dtype=pl.Int64, is_elementwise=True)


def _lots(ids: Sequence[pl.Series]) -> pl.Series:
    bits = xxhash64(*(series.fill_null(0) for series in ids))
    return pl.Series(np.abs(np.fmod(bits.view(np.int64), 10_000)))
