"""Profiles: what the platform keeps of a person, one row a profile and person injected under it."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.synthesis import doses
from transforms.synthesis.calendar import day_number
from transforms.synthesis.households import ROLES
from transforms.synthesis.world import World

COUPLES = 3.6  # profiles to one father: only fathers' profiles take in a spouse
APART = 2  # the profile made by a second entry of one dose
RUN = 8  # rows in one drag of the spreadsheet


def profiles(people: DataFrame, world: World) -> DataFrame:
    """One row per (`idx`, `profile`, `owner`): doses `first_dose` to `last_dose` of `owner` were
    entered under the identity of `idx`."""
    vaccinated = people.transform(_vaccinated, world).where(F.col("given_doses") > 0)
    planned = vaccinated.transform(doses.scheduled, world)
    entered = planned.withColumn("entry", F.explode(_entries())).select(
        "*", "entry.profile", "entry.owner", "entry.first_dose", "entry.last_dose"
    )
    idx = F.col("idx")
    first = (
        F.when(F.col("profile") == 1, F.col("split") + 1)
        .when(F.col("profile") == APART, F.col("doubled"))
        .otherwise(1)
    )
    return entered.withColumns(
        {
            "profile_key": idx * 4 + F.col("profile"),
            "merged": F.col("owner") != idx,
            "began": F.get(F.array("day_1", "day_2", "day_3"), first - 1),
            "file": upload_file(idx, world),
            "shows_cmnd": _shows_cmnd(world),
        }
    ).drop("entry", "split", "joint", "spouse_doses")


def _vaccinated(people: DataFrame, world: World) -> DataFrame:
    dice, recipe, idx = world.dice, world.recipe, F.col("idx")
    grouped = people.withColumn("age_group", doses.age_group(F.col("birth_date"), world))
    injected = doses.injected(idx, F.col("age_group"), world)
    wife = (F.col("role") == ROLES.index("mother")) & (idx == F.col("first") + 1)
    counted = grouped.withColumns(
        {
            "injected": F.when(
                idx >= world.first_foreigner, F.greatest(injected, F.lit(1))
            ).otherwise(injected),
            "joint": dice.happens(recipe.merged * COUPLES, "merged", F.col("household")),
        }
    )
    per_person = sum(recipe.adult_doses) / recipe.adult_doses[0]
    doubled = dice.happens(recipe.duplicate_doses * per_person, "doubled dose", idx)
    given = F.col("injected")
    couple = (F.col("role") == ROLES.index("father")) & (F.col("size") > 1)
    return counted.withColumns(
        {
            "given_doses": F.when(wife & F.col("joint"), 0).otherwise(given),
            "fragmented": dice.happens(recipe.fragments, "fragment", idx) & (given > 1),
            "split": 1 + dice.below(F.greatest(given - 1, F.lit(1)), "split", idx),
            "doubled": F.when(doubled, 1 + dice.below(given, "which doubled", idx)),
            "apart": dice.happens(recipe.duplicates_apart, "doubled apart", idx),
            "spouse_doses": F.when(
                couple & F.col("joint"), doses.injected(idx + 1, F.lit(doses.ADULT), world)
            ).otherwise(0),
        }
    ).drop("injected")


def _entries() -> Column:
    """The profiles of one person, and whose doses they hold."""
    idx, split, last = F.col("idx"), F.col("split"), F.col("given_doses")
    again = F.col("doubled")
    spouse_doses = F.col("spouse_doses")
    until = F.when(F.col("fragmented"), split).otherwise(last)
    entries = F.array(
        _entry(last > 0, 0, idx, F.lit(1), until),
        _entry(F.col("fragmented"), 1, idx, split + 1, last),
        _entry(again.isNotNull() & F.col("apart"), APART, idx, again, again),
        _entry(spouse_doses > 0, 0, idx + 1, F.lit(1), spouse_doses),
    )
    return F.filter(entries, lambda entry: entry.isNotNull())


def _entry(condition: Column, profile: int, owner: Column, first: Column, last: Column) -> Column:
    return F.when(
        condition,
        F.struct(
            F.lit(profile).alias("profile"),
            owner.cast("long").alias("owner"),
            first.cast("int").alias("first_dose"),
            last.cast("int").alias("last_dose"),
        ),
    )


def upload_file(idx: Column, world: World) -> Column:
    """The list a profile was uploaded with: neighbours, 30 to 130 of them."""
    size, least = world.recipe.file_block, world.recipe.file_min
    block = F.floor(idx / size)
    cut = least + world.dice.below(size - 2 * least, "file cut", block)
    return block * 2 + (idx % size >= cut).cast("int")


def _shows_cmnd(world: World) -> Column:
    """Whether the profile holds the old number; a second profile holds the other one."""
    recipe, idx = world.recipe, F.col("idx")
    old = F.year("birth_date") <= recipe.cmnd_until
    share = recipe.uses_cmnd / recipe.old_number_known
    habit = world.dice.happens(share, "shows cmnd", idx)
    other = F.col("profile") == 1
    return old & old_number_known(idx, world) & (habit != other)


def old_number_known(idx: Column, world: World) -> Column:
    """Whether the register holds the person's CMND."""
    return world.dice.happens(world.recipe.old_number_known, "old number known", idx)


def dose_rows(profiles: DataFrame, world: World) -> DataFrame:
    """One row per dose entered (also those that never reach the platform): day, product, place."""
    owner, number = F.col("owner"), F.col("dose_number")
    numbered = profiles.withColumn("dose_number", F.explode(F.sequence("first_dose", "last_dose")))
    again = (~F.col("merged")) & F.col("doubled").eqNullSafe(number) & ~F.col("apart")
    copies = (
        F.when(F.col("profile") == APART, F.array(F.lit(1)))
        .when(again, F.array(F.lit(0), F.lit(1)))
        .otherwise(F.array(F.lit(0)))
    )
    copied = numbered.withColumn("copy", F.explode(copies))
    dice = world.dice
    # The other person of a merged profile was injected some days after the first.
    other_day = F.when(F.col("merged"), 3 + dice.below(20, "merged day", owner)).otherwise(0)
    planned = F.get(F.array("day_1", "day_2", "day_3"), number - 1) + other_day
    steps = 1 + dice.below(5, "doubled place", owner)
    elsewhere = ((F.col("station") + steps) % len(world.places.communes)).cast("int")
    moved = F.when(F.col("copy") == 1, dice.below(3, "doubled day", owner) - 1).otherwise(0)
    last = F.lit(day_number(world.recipe.as_of))
    return (
        copied.withColumns(
            {
                "true_day": F.least(planned, last),
                "station": doses.facility(owner, F.col("commune"), number, world),
                "product": doses.product(number, world),
            }
        )
        .where(_before_death(world))
        .withColumns(
            {
                "day": F.least(F.col("true_day") + moved, last),
                "facility": F.when(F.col("copy") == 1, elsewhere).otherwise(F.col("station")),
            }
        )
    )


def _before_death(world: World) -> Column:
    died = F.col("died_on")
    late = world.dice.happens(world.recipe.dose_after_death, "dose after death", F.col("idx"))
    return died.isNull() | late | F.col("merged") | (F.col("true_day") <= F.unix_date(died))
