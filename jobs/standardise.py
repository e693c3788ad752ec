"""Standardise: rows as received → residents, name tokens, profiles, doses."""

from jobs.errors import LedgerError
from jobs.reference import phone_prefixes_2018
from jobs.run import Run
from transforms.standardisation import profiles, residents

READS = ("resident_rows", "dose_rows")
WRITES = ("residents", "name_tokens", "profiles", "facilities", "doses")


def run(run: Run) -> None:
    """Residents first: their names are the vocabulary that damaged profile names are read by."""
    tables, prefixes = run.tables, phone_prefixes_2018(run.settings.reference_dir)
    dose_rows = tables.read("dose_rows")
    tables.overwrite("residents", residents.residents(tables.read("resident_rows"), prefixes))
    tables.overwrite("name_tokens", residents.name_tokens(tables.read("residents")))
    vocabulary = {
        row["token"]: row["residents"]
        for row in residents.vocabulary(tables.read("name_tokens")).collect()
    }
    identities = profiles.declared_identities(dose_rows)
    tables.overwrite("profiles", profiles.profiles(identities, vocabulary, prefixes))
    tables.overwrite("facilities", profiles.facilities(tables.read("profiles")))
    tables.overwrite("doses", profiles.doses(dose_rows))
    if not profiles.distinct_or_fail(tables.read("profiles")).isEmpty():
        raise LedgerError("profiles: two declared identities share a key; report this as a bug")
