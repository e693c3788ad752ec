"""Standardise: rows as received → residents, name tokens, profiles, doses."""

from functools import partial

from jobs.errors import LedgerError
from jobs.reference import phone_prefixes_2018
from jobs.run import Run
from jobs.segments import segments_of
from jobs.tables import Tables
from jobs.together import together
from transforms.standardisation import profiles, residents

READS = ("resident_rows", "dose_rows")
WRITES = ("residents", "name_tokens", "profiles", "facilities", "doses")


def run(run: Run) -> None:
    """The doses wait for nobody; who they were given to is read by the residents' names."""
    tables = run.tables
    doses = profiles.doses(tables.read("dose_rows"))
    together(
        tables.spark,
        partial(people, tables, phone_prefixes_2018(run.settings.reference_dir)),
        partial(tables.overwrite, "doses", doses),
    )


def people(tables: Tables, prefixes: dict[str, str]) -> None:
    """Residents first: their names are the vocabulary that damaged profile names are read by."""
    tables.overwrite("residents", residents.residents(tables.read("resident_rows"), prefixes))
    tables.overwrite("name_tokens", residents.name_tokens(tables.read("residents")))
    vocabulary = {
        row["token"]: row["residents"]
        for row in residents.vocabulary(tables.read("name_tokens")).collect()
    }
    rows = tables.read("dose_rows")
    segments = segments_of(tables.spark, rows)
    tables.overwrite("profiles", profiles.profiles(rows, vocabulary, prefixes, segments))
    together(
        tables.spark,
        partial(distinct_or_fail, tables),
        partial(tables.overwrite, "facilities", profiles.facilities(tables.read("profiles"))),
    )


def distinct_or_fail(tables: Tables) -> None:
    if not profiles.distinct_or_fail(tables.read("profiles")).isEmpty():
        raise LedgerError("profiles: two declared identities share a key; report this as a bug")
