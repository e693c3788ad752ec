"""What people decided so far, for the stages that obey it; nothing where nobody was asked."""

import polars as pl
from pyspark.sql import DataFrame

from jobs.few import few
from jobs.tables import Tables
from transforms import decisions


def decisions_of(tables: Tables) -> DataFrame:
    """The answers that came back; no rows where none did."""
    return tables.read_if_any(decisions.TABLE)


def said_real(tables: Tables, *dispositions: str) -> DataFrame:
    """The doses listed as one of `dispositions` of which people said that they are real."""
    told, doses = decisions_of(tables), tables.read("doses")
    return decisions.real_doses(told, doses, *dispositions)


def ids(doses: DataFrame) -> pl.Series:
    """Of the few doses that people answered about."""
    return few(doses)["dose_id"]


def judged(tables: Tables) -> DataFrame | None:
    """The pairs confirmed or rejected; None as long as no answer came back."""
    # Comes from `doichieu receive`, so a run may well be without it.
    if not tables.exists(decisions.TABLE):
        return None
    return decisions.judgements(tables.read(decisions.TABLE))
