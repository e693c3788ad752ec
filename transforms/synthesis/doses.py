"""Who was injected when, with what and where: the schedule of a person as columns."""

import itertools
from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.synthesis.calendar import (
    ADULT_WAVES,
    BOOSTERS_FROM,
    CHILD_WAVES,
    TEEN_WAVES,
    Vaccines,
    day_number,
)
from transforms.synthesis.draws import decimals, integers, slot, spread, texts
from transforms.synthesis.world import AGE_GROUPS, World

ADULT, TEEN, CHILD, NONE = range(4)


def age_group(birth_date: Column, world: World) -> Column:
    """An index into AGE_GROUPS; NONE below five."""
    group = F.lit(NONE)
    for number, (youngest, _) in reversed(list(enumerate(AGE_GROUPS))):
        born_by = F.add_months(F.lit(world.recipe.as_of), -12 * youngest)
        group = F.when(birth_date <= born_by, number).otherwise(group)
    return group


def injected(owner: Column, group: Column, world: World) -> Column:
    """How many doses the person was given by the day of the register."""
    draw = world.dice.uniform("doses", owner)
    first, second, third = (_share(group, n, world) for n in range(3))
    return F.when(draw < third, 3).when(draw < second, 2).when(draw < first, 1).otherwise(0)


def _share(group: Column, nth: int, world: World) -> Column:
    shares = [*(s[nth] for s in world.dose_shares), 0.0]
    return F.get(decimals(shares), group)


def scheduled(people: DataFrame, world: World) -> DataFrame:
    """People with `course` (the product of the basic course) and `day_1` to `day_3` (days since
    1970): the wave of the first dose, then intervals; `age_group` is needed.

    Who was given more doses began earlier.
    """
    plan, dice, idx = Vaccines(world.reference, world.recipe), world.dice, F.col("idx")
    group, product = F.col("age_group"), F.col("course")
    share = F.greatest(_share(group, 0, world), F.lit(1e-9))
    drawn = people.withColumns(
        {
            "wave": F.least(dice.uniform("doses", idx) / share, F.lit(1.0)),
            "supplied": F.get(integers(spread(plan.supply)), slot(dice.uniform("vaccine", idx))),
        }
    )
    first = (
        F.when(group == TEEN, _quantile(F.col("wave"), TEEN_WAVES))
        .when(group == CHILD, _quantile(F.col("wave"), CHILD_WAVES))
        .otherwise(_quantile(F.col("wave"), ADULT_WAVES))
    )
    gap, width = (F.get(integers(days), product) for days in (plan.intervals, plan.spreads))
    second = F.col("day_1") + gap + dice.below(width, "second dose", idx)
    return (
        drawn.withColumn("day_1", first.cast("int"))
        .withColumn("course", _course(plan))
        .withColumn("day_2", _within(second, 2, world))
        .withColumn("day_3", _within(_third(plan, world), 3, world))
        .drop("wave", "supplied")
    )


def _course(plan: Vaccines) -> Column:
    """What a person's supply was, AstraZeneca before it came, children's own products."""
    group, supplied = F.col("age_group"), F.col("supplied")
    here = F.col("day_1") >= F.get(integers(plan.first_days), supplied)
    return (
        F.when(group == TEEN, plan.number("Pfizer"))
        .when(group == CHILD, plan.number("Moderna"))
        .when(here, supplied)
        .otherwise(plan.number("AstraZeneca"))
        .cast("int")
    )


def product(number: Column, world: World) -> Column:
    """The product of one dose (an index): the course's, sometimes mixed, a booster's."""
    plan = Vaccines(world.reference, world.recipe)
    dice, owner, course = world.dice, F.col("owner"), F.col("course")
    boosted = F.get(integers(spread(plan.boosters)), slot(dice.uniform("booster", owner)))
    astra = course == plan.number("AstraZeneca")
    mixed = (number == 2) & astra & dice.happens(world.recipe.mixed, "mixed", owner)
    third = (number == 3) & (course != plan.number("Abdala"))
    return F.when(third, boosted).when(mixed, plan.number("Pfizer")).otherwise(course).cast("int")


def _third(plan: Vaccines, world: World) -> Column:
    """Abdala's third dose two weeks later, else a booster three months later, from December on."""
    dice, idx, second = world.dice, F.col("idx"), F.col("day_2")
    start = F.lit(day_number(BOOSTERS_FROM)) + dice.below(60, "booster day", idx)
    booster = F.greatest(second + 90 + dice.below(45, "third dose", idx), start)
    return F.when(F.col("course") == plan.number("Abdala"), second + 14).otherwise(booster)


def _within(day: Column, number: int, world: World) -> Column:
    """A day after the register's date is pulled back to its last days."""
    last = day_number(world.recipe.as_of) - 4 * (3 - number)
    return F.least(day, last - world.dice.below(4, "last days", F.col("idx"))).cast("int")


def _quantile(draw: Column, points: Sequence[tuple[float, date]]) -> Column:
    """The day by which a share of a wave's doses was given, linear between the points."""
    day = F.lit(day_number(points[-1][1]))
    for (low, start), (high, end) in reversed(list(itertools.pairwise(points))):
        a, b = day_number(start), day_number(end)
        inside = F.floor(a + (draw - low) * ((b - a) / (high - low)))
        day = F.when(draw < high, inside).otherwise(day)
    return day


def facility(owner: Column, commune: Column, number: Column, world: World) -> Column:
    """The commune (an index) whose station injected: at home, near work, anywhere."""
    dice, recipe = world.dice, world.recipe
    stay = F.least(number, F.lit(2))
    draw = dice.uniform("facility", owner, stay)
    near = (commune + 1 + dice.below(6, "near facility", owner, stay)) % len(world.places.communes)
    far = dice.below(len(world.places.communes), "far facility", owner, stay)
    home, beside = recipe.facility_home, recipe.facility_home + recipe.facility_near
    return F.when(draw < home, commune).when(draw < beside, near).otherwise(far).cast("int")


def lot_number(product: Column, day: Column, facility: Column, world: World) -> Column:
    """A lot lasts a month and serves neighbouring stations."""
    labels = Vaccines(world.reference, world.recipe).labels
    letters = F.get(texts([label[:2].upper() for label in labels]), product)
    lot = F.xxhash64(product, F.floor(day / 30), F.floor(facility / 200)) % 10000
    return F.concat(letters, F.lpad(F.abs(lot).cast("string"), 4, "0"))
