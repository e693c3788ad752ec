"""Residents: the population register in standard form, and the vocabulary it carries."""

from collections.abc import Mapping

import polars as pl
from pyspark.sql import DataFrame

from transforms.decoding import NameDecoder
from transforms.distinct import once_each, read_once
from transforms.expressions import changed, day_of_event, filled, first_that_holds, present
from transforms.schemas import NAME_TOKEN, RESIDENT
from transforms.several import Several
from transforms.standardisation.contacts import with_phone, with_places, with_sex
from transforms.standardisation.dates import with_birth
from transforms.standardisation.names import with_name
from transforms.standardisation.numbers import with_registered

# Tokens that fewer residents carry are as likely typing slips of the register itself.
TOKEN_MINIMUM = 2


def standardised(rows: DataFrame, prefixes_2018: Mapping[str, str]) -> Several:
    """`residents`, one row per resident row, what was typed in full_name and so on; and
    `name_tokens` of each part of them.
    """

    def kernel(batch: pl.DataFrame) -> dict[str, pl.DataFrame]:
        made = standard(batch, prefixes_2018)
        return {"residents": made, "name_tokens": token_counts(made)}

    return Several(rows, kernel, {"residents": RESIDENT, "name_tokens": NAME_TOKEN})


def standard(batch: pl.DataFrame, prefixes_2018: Mapping[str, str]) -> pl.DataFrame:
    """Register rows in standard form; their names are the vocabulary, so none is unknown."""
    return (
        batch.with_columns(pl.col("phone").alias("raw_phone"))
        .pipe(with_name, "full_name", NameDecoder.of({}))
        .pipe(with_birth, "date_of_birth")
        .pipe(with_phone, "raw_phone", prefixes_2018)
        .pipe(with_sex, "sex")
        .pipe(with_places)
        .pipe(with_registered, "id_number")
        .pipe(with_registered, "old_id_number")
        .with_columns(
            *read_once(batch["died_on"], read_days),
            household_id=filled(pl.col("household_id")),
            life_status=once_each(batch["life_status"], lambda of: filled(of).str.to_lowercase()),
        )
        .with_columns(
            changes=present(
                changed("name", pl.col("name") != pl.col("full_name")),
                changed("name:damaged", pl.col("name_decoding").is_not_null()),
                changed("phone", pl.col("phone") != pl.col("raw_phone")),
                pl.col("id_number_change"),
                pl.col("old_id_number_change"),
                pl.col("died_on_change"),
            )
        )
    )


def read_days(typed: pl.Series) -> pl.DataFrame:
    """(died_on, died_on_change): the day, and that something was typed which is none."""
    text = pl.col(typed.name)
    day = day_of_event(text)
    unread = changed("died_on:unread", filled(text).is_not_null() & day.is_null())
    return typed.to_frame().select(died_on=day, died_on_change=unread)


def name_tokens(of_parts: pl.DataFrame) -> pl.DataFrame:
    """How many residents carry each name token, by role: what names are made of here."""
    roles = ["token", "role"]
    return of_parts.group_by(roles).agg(pl.sum("residents")).sort(roles)


def token_counts(residents: pl.DataFrame) -> pl.DataFrame:
    """(token, role, residents) of some residents; the first token is the surname, even alone."""
    names = residents["name"].drop_nulls().value_counts(name="residents")
    tokens = names.with_columns(token=pl.col("name").str.split(" "))
    last = pl.col("token").list.len() - 1
    by_place = tokens.with_columns(at=pl.int_ranges(0, last + 1), last=last)
    exploded = by_place.explode("token", "at")
    cases = {"surname": pl.col("at") == 0, "given": pl.col("at") == pl.col("last")}
    role = first_that_holds(cases, otherwise="middle").alias("role")
    return exploded.group_by("token", role).agg(pl.col("residents").sum().cast(pl.Int64))


def vocabulary(tokens: pl.DataFrame) -> dict[str, int]:
    """The residents of every token common enough to read damaged names against."""
    counted = tokens.group_by("token").agg(pl.sum("residents"))
    common = counted.filter(
        (pl.col("residents") >= TOKEN_MINIMUM) & (pl.col("token").str.len_chars() > 1)
    )
    return dict(common.sort("token").iter_rows())
