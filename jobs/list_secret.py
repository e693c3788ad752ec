"""The secret that seals the lists: from the environment, else one of the warehouse's own."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from jobs.errors import ConfigError, SetupError

VARIABLE = "DOICHIEU_LIST_SECRET"
FILE = ".list_secret"
OWNER_ONLY = 0o600
SHORTEST = 16


def list_secret(warehouse: Path) -> bytes:
    """The same bytes at every call; made once where there are none, readable by the owner alone."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        if len(given) < SHORTEST:
            raise ConfigError(f"{VARIABLE}: shorter than {SHORTEST} characters; give a longer one")
        return given.encode()
    path = warehouse / FILE
    with suppress(FileExistsError):
        _made(path)
    found = path.read_bytes()
    if len(found) < SHORTEST:
        raise SetupError(f"{path}: not a secret; restore it, or lists already out cannot come back")
    return found


def _made(path: Path) -> None:
    if path.exists():
        return
    partial = path.with_name(f"{FILE}.{os.getpid()}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(partial, path)  # all or nothing, and never over another's
    finally:
        partial.unlink()
