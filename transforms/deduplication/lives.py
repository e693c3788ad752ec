"""Lives: when each person was born and died, by the register, else as the person declared it."""

import polars as pl
from pyspark.sql import DataFrame

from transforms.exchange import Kind
from transforms.kernels import applied, chosen
from transforms.schemas import DATE, INT, LONG, PERSON_OF_RESIDENT, STRING, table

BORN = ("birth_date", "birth_year", "birth_precision")
# A life as it was told: by which profile, where it was not the register.
LIFE_TOLD = table(
    "person_id",
    person_id=STRING,
    profile_id=LONG,
    birth_date=DATE,
    birth_year=INT,
    birth_precision=STRING,
    died_on=DATE,
)
LIFE = Kind.of_table("life", LIFE_TOLD, key="person_id")


def registered(residents: DataFrame) -> DataFrame:
    """Of every resident, whether or not anybody is known to be them."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.with_columns(
            person_id=PERSON_OF_RESIDENT + pl.col("resident_id"),
            profile_id=pl.lit(None, pl.Int64),
        )

    return applied(chosen(residents, "resident_id", *BORN, "died_on"), kernel, LIFE_TOLD)


def declared(persons: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    """Of every person without a resident, by each of their profiles."""
    strangers = persons.filter(pl.col("resident_id").is_null()).select("person_id", "profile_id")
    # profile_id is the key of both.
    born = strangers.join(profiles.select("profile_id", *BORN), on="profile_id", how="inner")
    return born.with_columns(died_on=pl.lit(None, pl.Date))


def one_each(lives: pl.DataFrame) -> pl.DataFrame:
    """One life a person: the least of their profiles speaks for a stranger."""
    told = lives.filter(pl.col("profile_id").is_not_null()).sort("profile_id")
    first = told.unique("person_id", keep="first")
    return pl.concat([lives.filter(pl.col("profile_id").is_null()), first]).drop("profile_id")
