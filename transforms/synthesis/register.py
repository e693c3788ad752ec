"""The population register: what it holds of residents, its own errors included."""

from datetime import date

import polars as pl

from transforms.schemas import RESIDENT_INPUT
from transforms.synthesis import codes
from transforms.synthesis.choices import by_case
from transforms.synthesis.draws import padded, permuted
from transforms.synthesis.lookups import looked_up
from transforms.synthesis.numbers import phone_of
from transforms.synthesis.profiles import old_number_known
from transforms.synthesis.spelling import tone_slip
from transforms.synthesis.world import World

DEATHS_FROM, DEATH_DAYS = date(2021, 4, 1), 385
OLD_AGE_DEATHS = 4.0  # times as likely from 65 on, half as likely below [A]
IDX = pl.col("idx")


def mortal(people: pl.DataFrame, world: World) -> pl.DataFrame:
    """People with `died_on`, the day of death the register knows."""
    dice, born = world.dice, pl.col("birth_date")
    old = born.dt.year() <= world.recipe.as_of.year - 65
    likely = pl.when(old).then(OLD_AGE_DEATHS).otherwise(0.75) * world.recipe.deaths
    day = pl.lit(DEATHS_FROM) + pl.duration(days=dice.below(DEATH_DAYS, "death day", IDX))
    dead = dice.happens(likely, "death", IDX) & world.listed(IDX) & (day > born)
    return people.with_columns(died_on=pl.when(dead).then(day))


def resident_id(idx: pl.Expr) -> pl.Expr:
    """An opaque key."""
    return "R" + padded(permuted(idx, "resident", 10**9), 9)


def residents(people: pl.DataFrame, world: World) -> pl.DataFrame:
    """The register in the form of the input contract, one row a resident."""
    born, year = pl.col("born"), pl.col("birth_date").dt.year()
    grown = (pl.col("parents") == 0) | (year < 2004)
    listed = world.dice.happens(world.recipe.phone_registered, "phone registered", IDX)
    old = (year <= world.recipe.cmnd_until) & old_number_known(IDX, world)
    columns = {
        "resident_id": resident_id(IDX),
        "id_number": pl.col("cccd"),
        "old_id_number": pl.when(old).then("cmnd"),
        "full_name": pl.concat_str(
            "surname", "middle", "written", separator=" ", ignore_nulls=True
        ),
        "date_of_birth": pl.when(codes.year_only(world))
        .then(born.dt.year().cast(pl.String))
        .otherwise(born.cast(pl.String)),
        "sex": pl.when("register_female").then(pl.lit("F")).otherwise(pl.lit("M")),
        "phone": pl.when(grown & listed).then(phone_of(IDX, world)),
        "household_id": "H" + padded(permuted(pl.col("household"), "home", 10**9), 9),
        "life_status": pl.when(pl.col("died_on").is_null())
        .then(pl.lit("alive"))
        .otherwise(pl.lit("deceased")),
        "died_on": pl.col("died_on").cast(pl.String),
    }
    written = people.filter(world.residents > IDX).pipe(_as_listed, world)
    placed = looked_up(written, pl.col("commune"), world.lookups.communes)
    return placed.with_columns(**columns).select(RESIDENT_INPUT)


def _as_listed(people: pl.DataFrame, world: World) -> pl.DataFrame:
    """People with the given name (`written`) and the birth date (`born`) of the register."""
    given, error = pl.col("given"), pl.col("register_error")
    slips = {"name": tone_slip(given, world.dice.uniform("register name", IDX))}
    days = 1 + world.dice.below(300, "register birth", IDX)
    late = pl.when(error == "birth").then(days).otherwise(0)
    return people.with_columns(
        written=by_case(people, error, slips, given),
        born=pl.col("birth_date") - pl.duration(days=late),
    )
