"""Birth dates as text: the ways they are written, and the ways they go wrong."""

from collections.abc import Mapping

import polars as pl

from transforms.synthesis.choices import by_case, first_case
from transforms.synthesis.codes import year_only
from transforms.synthesis.draws import pick
from transforms.synthesis.world import World

# How a list writes its dates; most follow the form's dd/mm/yyyy [A].
STYLES = ("%d/%m/%Y",) * 34 + ("%-d/%-m/%Y",) * 3 + ("%Y-%m-%d",) * 2 + ("%d-%m-%Y",)
EXCEL_EPOCH = 25569  # serial of 1970-01-01
KEY, BORN, MEANT = pl.col("profile_key"), pl.col("birth_date"), pl.col("meant_birth")
YEAR = BORN.dt.year()
DAY, MONTH = BORN.dt.day().cast(pl.Int32), BORN.dt.month().cast(pl.Int32)


def dated(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """Profiles with `typed_birth`, the date of birth as it stands on the platform."""
    meant = by_case(profiles, pl.col("birth_code"), _wrong_days(world), BORN)
    drawn = profiles.with_columns(meant_birth=meant)
    typed = by_case(drawn, _form(world), _typed(world), MEANT.dt.to_string(STYLES[0]))
    return drawn.with_columns(typed_birth=typed).drop("meant_birth")


def _form(world: World) -> pl.Expr:
    """The form a date takes, null for the usual one."""
    code = pl.col("birth_code")
    special = {
        "remnant": pl.col("lost"),
        "machine": code == "DOB_CENTURY",
        "never was": code == "DOB_IMPOSSIBLE",
        "year": year_only(world) | code.eq_missing(pl.lit("DOB_0101")),
    }
    style = pick(STYLES, world.dice.below(len(STYLES), "date style", pl.col("file")))
    return pl.coalesce(first_case(special), style)


def _typed(world: World) -> Mapping[str, pl.Expr]:
    """Form → the date in it."""
    hidden = pick(("01/01/", "", "00/00/"), world.dice.below(3, "year form", KEY))
    nothing = pick(("", "01/01/1900"), world.dice.below(2, "lost date", KEY))
    kept = world.dice.happens(0.6, "lost year", KEY)
    special = {
        "remnant": pl.when(kept).then(YEAR.cast(pl.String)).otherwise(nothing),
        "machine": _machine(world),
        "never was": _never_was(),
        "year": hidden + MEANT.dt.year().cast(pl.String),
    }
    return special | {style: MEANT.dt.to_string(style) for style in STYLES}


def _wrong_days(world: World) -> Mapping[str, pl.Expr]:
    """Error code → the date that somebody meant to write."""
    later = world.dice.happens(0.5, "year side", KEY)
    return {
        "DOB_SWAP": pl.date(YEAR, DAY, MONTH),  # the day is at most 12
        "DOB_DIGIT": _slipped(world),
        "DOB_YEAR1": pl.when(later)
        .then(BORN.dt.offset_by("1y"))
        .otherwise(BORN.dt.offset_by("-1y")),
    }


def _slipped(world: World) -> pl.Expr:
    """One digit wrong: in half the cases in the year, else in the day or the month."""
    part = world.dice.below(4, "date part", KEY)
    turn = 1 + world.dice.below(8, "date digit", KEY)
    units = YEAR % 10
    year = YEAR - units + (units + turn) % 10
    ten = YEAR + pl.when(YEAR % 100 >= 50).then(-10).otherwise(10)
    new_year = (
        pl.when((part == 0) & (year <= 2022))
        .then(year)
        .when(ten <= 2022)
        .then(ten)
        .otherwise(YEAR - 1)
    )
    in_tens = pl.when((DAY > 20) | (DAY + 10 > 28)).then(DAY - 10).otherwise(DAY + 10)
    other = (
        pl.when(MONTH <= 2).then(MONTH + 10).when(MONTH > 10).then(MONTH - 10).otherwise(MONTH - 1)
    )
    safe_day = pl.min_horizontal(DAY, 28)
    return (
        pl.when(part < 2)
        .then(pl.date(new_year, MONTH, safe_day))
        .when(part == 2)
        .then(pl.date(YEAR, MONTH, in_tens))
        .otherwise(pl.date(YEAR, other, safe_day))
    )


def _machine(world: World) -> pl.Expr:
    """A wrong century, a spreadsheet's serial, a default, a day lost to a time zone."""
    kind = world.dice.below(10, "machine date", KEY)
    later, earlier = BORN.dt.offset_by("100y"), BORN.dt.offset_by("-100y")
    century = pl.when(YEAR < 2000).then(later).otherwise(earlier)
    before = BORN - pl.duration(days=1)
    return (
        pl.when(kind < 2)
        .then(BORN.dt.to_string("%d/%m/%y"))
        .when(kind < 4)
        .then(century.dt.to_string(STYLES[0]))
        .when(kind < 6)
        .then((BORN.cast(pl.Int32) + EXCEL_EPOCH).cast(pl.String))
        .when(kind < 7)
        .then(pl.lit("01/01/1900"))
        .otherwise(before.dt.to_string(STYLES[0]))
    )


def _never_was() -> pl.Expr:
    """The day on the paper that the register moved to the first of the next month."""
    before = BORN - pl.duration(days=1)
    day = pl.when(before.dt.month() == 2).then(pl.lit("30")).otherwise(pl.lit("31"))
    return day + before.dt.to_string("/%m/%Y")
