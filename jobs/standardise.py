"""Standardise: rows as received → residents, name tokens, profiles, doses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import polars as pl
from pyspark.errors import PythonException

from jobs.errors import LedgerError
from jobs.few import few
from jobs.reference import phone_prefixes_2018
from jobs.run import Run
from jobs.scratch import scratch
from jobs.segments import segments_of
from transforms.standardisation import profiles, residents

READS = ("resident_rows", "dose_rows")
WRITES = ("residents", "name_tokens", "profiles", "facilities", "doses")


def run(run: Run) -> None:
    """Residents first: their names are the vocabulary that damaged profile names are read by."""
    tables, prefixes = run.tables, phone_prefixes_2018(run.settings.reference_dir)
    tokens = registered(run, prefixes)
    tables.overwrite_few("name_tokens", tokens)
    rows, vocabulary = tables.read("dose_rows"), residents.vocabulary(tokens)
    segments = segments_of(tables.spark, rows)
    with shared_keys_refused():
        tables.overwrite_all(profiles.standardised(rows, vocabulary, prefixes, segments))
    tables.overwrite("facilities", profiles.facilities(tables.read("profiles"), segments))


def registered(run: Run, prefixes: Mapping[str, str]) -> pl.DataFrame:
    """Writes the residents; the tokens of their names."""
    tables = run.tables
    made = residents.standardised(tables.read("resident_rows"), prefixes)
    with scratch(tables.spark, tables.path("_standardise")) as disk:
        beside = tables.overwrite_beside("residents", made, disk)
        return residents.name_tokens(few(beside["name_tokens"]))


@contextmanager
def shared_keys_refused() -> Iterator[None]:
    """Turns a kernel's complaint of a shared key into an error of its own.

    Raises:
        LedgerError: two declared identities are one profile.
    """
    try:
        yield
    except (PythonException, ValueError) as error:
        if profiles.SHARED_KEY in str(error):
            raise LedgerError(f"profiles: {profiles.SHARED_KEY}; report this as a bug") from None
        raise
