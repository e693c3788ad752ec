"""Birth dates as text: the ways they are written, and the ways they go wrong."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.synthesis.codes import year_only
from transforms.synthesis.draws import texts
from transforms.synthesis.world import World

# How a list writes its dates; most follow the form's dd/mm/yyyy [A].
STYLES = ("dd/MM/yyyy",) * 34 + ("d/M/yyyy",) * 3 + ("yyyy-MM-dd",) * 2 + ("dd-MM-yyyy",)
EXCEL_EPOCH = 25569  # serial of 1970-01-01


def dated(profiles: DataFrame, world: World) -> DataFrame:
    """Profiles with `typed_birth`, the date of birth as it stands on the platform."""
    code, key = F.col("birth_code"), F.col("profile_key")
    wrong = (
        F.when(code == "DOB_SWAP", _swapped())
        .when(code == "DOB_DIGIT", _slipped(world))
        .when(code == "DOB_YEAR1", _other_year(world))
    )
    drawn = profiles.withColumn("meant_birth", F.coalesce(wrong, F.col("birth_date")))
    year = F.year("birth_date").cast("string")
    hidden = F.get(texts(("01/01/", "", "00/00/")), world.dice.below(3, "year form", key))
    only_year = F.concat(hidden, F.year("meant_birth").cast("string"))
    nothing = F.get(texts(("", "01/01/1900")), world.dice.below(2, "lost date", key))
    kept = world.dice.happens(0.6, "lost year", key)
    typed = (
        F.when(F.col("lost"), F.when(kept, year).otherwise(nothing))
        .when(code == "DOB_CENTURY", _machine(world))
        .when(code == "DOB_IMPOSSIBLE", _never_was())
        .when(year_only(world) | code.eqNullSafe("DOB_0101"), only_year)
        .otherwise(_written(F.col("meant_birth"), world))
    )
    return drawn.withColumn("typed_birth", typed).drop("meant_birth")


def _written(day: Column, world: World) -> Column:
    style = world.dice.below(len(STYLES), "date style", F.col("file"))
    first, second, third = ("d/M/yyyy", "yyyy-MM-dd", "dd-MM-yyyy")
    return (
        F.when(style < 34, F.date_format(day, "dd/MM/yyyy"))
        .when(style < 37, F.date_format(day, first))
        .when(style < 39, F.date_format(day, second))
        .otherwise(F.date_format(day, third))
    )


def _swapped() -> Column:
    """Day and month the other way round (the day is at most 12)."""
    born = F.col("birth_date")
    return F.make_date(F.year(born), F.day(born), F.month(born))


def _slipped(world: World) -> Column:
    """One digit wrong: in half the cases in the year, else in the day or the month."""
    key, born = F.col("profile_key"), F.col("birth_date")
    part = world.dice.below(4, "date part", key)
    turn = 1 + world.dice.below(8, "date digit", key)
    units = F.year(born) % 10
    year = F.year(born) - units + (units + turn) % 10
    ten = F.year(born) + F.when(F.year(born) % 100 >= 50, -10).otherwise(10)
    new_year = F.when((part == 0) & (year <= 2022), year).otherwise(
        F.when(ten <= 2022, ten).otherwise(F.year(born) - 1)
    )
    day = F.day(born)
    in_tens = F.when(day > 20, day - 10).when(day + 10 <= 28, day + 10).otherwise(day - 10)
    month = F.month(born)
    other = F.when(month <= 2, month + 10).otherwise(
        F.when(month > 10, month - 10).otherwise(month - 1)
    )
    safe_day = F.least(day, F.lit(28))
    return (
        F.when(part < 2, F.make_date(new_year, month, safe_day))
        .when(part == 2, F.make_date(F.year(born), month, in_tens))
        .otherwise(F.make_date(F.year(born), other, safe_day))
    )


def _other_year(world: World) -> Column:
    side = F.when(world.dice.happens(0.5, "year side", F.col("profile_key")), 12).otherwise(-12)
    return F.add_months("birth_date", side)


def _machine(world: World) -> Column:
    """A wrong century, a spreadsheet's serial, a default, a day lost to a time zone."""
    born = F.col("birth_date")
    kind = world.dice.below(10, "machine date", F.col("profile_key"))
    century = F.when(F.year(born) < 2000, 1200).otherwise(-1200)
    return (
        F.when(kind < 2, F.date_format(born, "dd/MM/yy"))
        .when(kind < 4, F.date_format(F.add_months(born, century), "dd/MM/yyyy"))
        .when(kind < 6, (F.unix_date(born) + EXCEL_EPOCH).cast("string"))
        .when(kind < 7, F.lit("01/01/1900"))
        .otherwise(F.date_format(F.date_sub(born, 1), "dd/MM/yyyy"))
    )


def _never_was() -> Column:
    """The day on the paper that the register moved to the first of the next month."""
    before = F.date_sub("birth_date", 1)
    day = F.when(F.month(before) == 2, 30).otherwise(31)
    return F.concat(day.cast("string"), F.date_format(before, "/MM/yyyy"))
