"""Every failure a user can meet, with the exit code that scripts rely on.

A message names the thing, the value and the way out; it never carries personal data.
"""

NO_WAREHOUSE = "{}: no such warehouse; give the one that a run has filled"


class DoichieuError(Exception):
    """Base of all errors that end a command with one sentence instead of a stack trace."""

    exit_code = 1


class ConfigError(DoichieuError):
    """The command line or a settings file says something we do not know."""

    exit_code = 2


class InputError(DoichieuError):
    """A source is missing, unreadable or breaks the input contract."""

    exit_code = 3


class LedgerError(DoichieuError):
    """Counts, checksums or invariants do not hold; nothing was published."""

    exit_code = 4


class SetupError(DoichieuError):
    """Java, Python, jars, memory, disk or a held lock stand in the way."""

    exit_code = 5
