"""What people decided so far, for the stages that obey it; nothing where nobody was asked."""

import polars as pl
from pyspark.sql import DataFrame

from jobs.few import few
from jobs.parquet_files import no_rows
from jobs.tables import Tables
from transforms import decisions
from transforms.correction.rows import STATED
from transforms.waiting import awake


def said_real(tables: Tables, *dispositions: str) -> pl.Series:
    """The ids of the few doses listed as one of `dispositions` that people said are real."""
    if (told := decisions_of(tables)) is None:
        return pl.Series("dose_id", [], pl.String)
    return few(decisions.real_doses(told, tables.read("doses"), *dispositions))["dose_id"]


def said_right(tables: Tables) -> DataFrame:
    """By `profile_id`: what people wrote that a profile should say (`stated`), and the resident of
    whom they said that the register is right (`upheld`).
    """
    told = decisions_of(tables)
    return no_rows(tables.spark, STATED) if told is None else decisions.stated(told)


def judged(tables: Tables) -> DataFrame | None:
    """The pairs confirmed or rejected; None as long as no answer came back."""
    told = decisions_of(tables)
    return None if told is None else decisions.judgements(told)


def decisions_of(tables: Tables) -> DataFrame | None:
    """The answers that came back; None as long as none did: `doichieu receive` makes the table."""
    if not tables.exists(decisions.TABLE):
        return None
    awake(tables.spark)
    return tables.read(decisions.TABLE)
