"""Standardise: rows as received → residents, name tokens, profiles, doses."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.errors import PythonException

from jobs.errors import LedgerError
from jobs.reference import phone_prefixes_2018
from jobs.run import Run
from jobs.segments import segments_of
from transforms.standardisation import profiles, residents

READS = ("resident_rows", "dose_rows")
WRITES = ("residents", "name_tokens", "profiles", "facilities", "doses")


def run(run: Run) -> None:
    """Residents first: their names are the vocabulary that damaged profile names are read by."""
    tables, prefixes = run.tables, phone_prefixes_2018(run.settings.reference_dir)
    tables.overwrite("residents", residents.residents(tables.read("resident_rows"), prefixes))
    tables.overwrite("name_tokens", residents.name_tokens(tables.read("residents")))
    vocabulary = {
        row["token"]: row["residents"]
        for row in residents.vocabulary(tables.read("name_tokens")).collect()
    }
    rows = tables.read("dose_rows")
    segments = segments_of(tables.spark, rows)
    with shared_keys_refused():
        tables.overwrite_all(profiles.standardised(rows, vocabulary, prefixes, segments))
    tables.overwrite("facilities", profiles.facilities(tables.read("profiles")))


@contextmanager
def shared_keys_refused() -> Iterator[None]:
    """Turns a kernel's complaint of a shared key into an error of its own.

    Raises:
        LedgerError: two declared identities are one profile.
    """
    try:
        yield
    except PythonException as error:
        if profiles.SHARED_KEY in str(error):
            raise LedgerError(f"profiles: {profiles.SHARED_KEY}; report this as a bug") from None
        raise
