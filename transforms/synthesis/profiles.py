"""Profiles: what the platform keeps of a person, one row a profile and person injected under it."""

import polars as pl

from transforms.synthesis import doses
from transforms.synthesis.calendar import day_number
from transforms.synthesis.households import ROLES
from transforms.synthesis.world import World

COUPLES = 3.6  # profiles to one father: only fathers' profiles take in a spouse
APART = 2  # the profile made by a second entry of one dose
RUN = 8  # rows in one drag of the spreadsheet
# What counting a profile's doses, and scoring them, needs of it.
ENTERED = (
    *("idx", "owner", "profile", "merged", "doubled", "apart", "course", "adult", "commune"),
    *("first_dose", "last_dose", "day_1", "day_2", "day_3", "died_on", "file"),
)
IDX = pl.col("idx")


def profiles(people: pl.DataFrame, world: World) -> pl.DataFrame:
    """One row per (`idx`, `profile`, `owner`): doses `first_dose` to `last_dose` of `owner` were
    entered under the identity of `idx`."""
    vaccinated = people.pipe(_vaccinated, world).filter(pl.col("given_doses") > 0)
    entered = vaccinated.pipe(doses.scheduled, world).pipe(_entered)
    began = (
        pl.when(pl.col("profile") == 1)
        .then(_day_of(pl.col("split") + 1))
        .when(pl.col("profile") == APART)
        .then(_day_of(pl.col("doubled")))
        .otherwise("day_1")
    )
    return entered.with_columns(
        profile_key=IDX * 4 + pl.col("profile"),
        merged=pl.col("owner") != IDX,
        began=began,
        file=upload_file(IDX, world),
        shows_cmnd=_shows_cmnd(world),
    ).drop("split", "joint", "spouse_doses")


def _day_of(number: pl.Expr) -> pl.Expr:
    """The day of the person's dose of that number."""
    return pl.when(number == 1).then("day_1").when(number == 2).then("day_2").otherwise("day_3")


def _vaccinated(people: pl.DataFrame, world: World) -> pl.DataFrame:
    dice, recipe, given = world.dice, world.recipe, pl.col("given_doses")
    injected = doses.injected(IDX, pl.col("age_group"), world)
    per_person = sum(recipe.adult_doses) / recipe.adult_doses[0]
    doubled = dice.happens(recipe.duplicate_doses * per_person, "doubled dose", IDX)
    joint = dice.happens(recipe.merged * COUPLES, "merged", pl.col("household"))
    wife = (pl.col("role") == ROLES.index("mother")) & (pl.col("first") + 1 == IDX)
    couple = (pl.col("role") == ROLES.index("father")) & (pl.col("size") > 1)
    wifes = doses.injected(IDX + 1, pl.lit(doses.ADULT), world)
    split = 1 + dice.below(pl.max_horizontal(given - 1, 1), "split", IDX)
    which = 1 + dice.below(given, "which doubled", IDX)
    return (
        people.with_columns(age_group=doses.age_group(pl.col("birth_date"), world), joint=joint)
        .with_columns(
            given_doses=pl.when(wife & pl.col("joint"))
            .then(0)
            .when(world.foreign(IDX))
            .then(pl.max_horizontal(injected, 1))
            .otherwise(injected)
        )
        .with_columns(
            fragmented=dice.happens(recipe.fragments, "fragment", IDX) & (given > 1),
            split=split,
            doubled=pl.when(doubled).then(which),
            apart=dice.happens(recipe.duplicates_apart, "doubled apart", IDX),
            spouse_doses=pl.when(couple & pl.col("joint")).then(wifes).otherwise(0),
        )
    )


def _entered(vaccinated: pl.DataFrame) -> pl.DataFrame:
    """The profiles of each person, and whose doses they hold."""
    split, last, again = pl.col("split"), pl.col("given_doses"), pl.col("doubled")
    until = pl.when("fragmented").then(split).otherwise(last)
    apart = again.is_not_null() & pl.col("apart")
    spouse = pl.col("spouse_doses")
    everyone, one = vaccinated, pl.lit(1)
    parts = [
        everyone.with_columns(_entry(0, IDX, one, until)),
        everyone.filter("fragmented").with_columns(_entry(1, IDX, split + 1, last)),
        everyone.filter(apart).with_columns(_entry(APART, IDX, again, again)),
        everyone.filter(spouse > 0).with_columns(_entry(0, IDX + 1, one, spouse)),
    ]
    return pl.concat(parts)


def _entry(profile: int, owner: pl.Expr, first: pl.Expr, last: pl.Expr) -> list[pl.Expr]:
    return [
        pl.lit(profile, dtype=pl.Int32).alias("profile"),
        owner.alias("owner"),
        first.cast(pl.Int32).alias("first_dose"),
        last.cast(pl.Int32).alias("last_dose"),
    ]


def upload_file(idx: pl.Expr, world: World) -> pl.Expr:
    """The list a profile was uploaded with: neighbours, 30 to 130 of them."""
    size, least = world.recipe.file_block, world.recipe.file_min
    block = idx // size
    cut = least + world.dice.below(size - 2 * least, "file cut", block)
    return block * 2 + (idx % size >= cut).cast(pl.Int64)


def _shows_cmnd(world: World) -> pl.Expr:
    """Whether the profile holds the old number; a second profile holds the other one."""
    recipe = world.recipe
    old = pl.col("birth_date").dt.year() <= recipe.cmnd_until
    share = recipe.uses_cmnd / recipe.old_number_known
    habit = world.dice.happens(share, "shows cmnd", IDX)
    other = pl.col("profile") == 1
    return old & old_number_known(IDX, world) & (habit != other)


def old_number_known(idx: pl.Expr, world: World) -> pl.Expr:
    """Whether the register holds the person's CMND."""
    return world.dice.happens(world.recipe.old_number_known, "old number known", idx)


def dose_rows(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """One row per dose entered (also those that never reach the platform): day, product, place."""
    dice, owner, number = world.dice, pl.col("owner"), pl.col("dose_number")
    last, copied = day_number(world.recipe.as_of), pl.col("copy") == 1
    # The other person of a merged profile was injected some days after the first.
    other_day = pl.when("merged").then(3 + dice.below(20, "merged day", owner)).otherwise(0)
    moved = pl.when(copied).then(dice.below(3, "doubled day", owner) - 1).otherwise(0)
    steps = 1 + dice.below(5, "doubled place", owner)
    elsewhere = (pl.col("station") + steps) % len(world.places.communes)
    return (
        profiles.pipe(_counted)
        .with_columns(
            true_day=pl.min_horizontal(_day_of(number) + other_day, last).cast(pl.Int32),
            station=doses.facility(owner, pl.col("commune"), number, world),
            product=doses.product(number, world),
        )
        .filter(_before_death(world))
        .with_columns(
            day=pl.min_horizontal(pl.col("true_day") + moved, last).cast(pl.Int32),
            facility=pl.when(copied).then(elsewhere).otherwise("station"),
        )
    )


def _counted(profiles: pl.DataFrame) -> pl.DataFrame:
    """A row per dose number and `copy`: 1 for the second entry of a dose, else 0."""
    number, apart = pl.col("dose_number"), pl.col("profile") == APART
    numbers = pl.int_ranges("first_dose", pl.col("last_dose") + 1, dtype=pl.Int32)
    counted = profiles.with_columns(dose_number=numbers).explode("dose_number")
    again = ~pl.col("merged") & (pl.col("doubled") == number) & ~pl.col("apart")
    entered = counted.with_columns(copy=apart.cast(pl.Int32))
    return pl.concat([entered, counted.filter(again).with_columns(copy=pl.lit(1, pl.Int32))])


def _before_death(world: World) -> pl.Expr:
    died = pl.col("died_on")
    late = world.dice.happens(world.recipe.dose_after_death, "dose after death", IDX)
    in_time = pl.col("true_day") <= died.cast(pl.Int32)
    return died.is_null() | late | pl.col("merged") | in_time
