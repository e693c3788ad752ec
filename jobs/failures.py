"""Whatever breaks unexpectedly: one sentence for the terminal, the trace for a file.

Spark's messages may quote rows. They are never printed; in the log every long number is blotted
out, and only the user who ran the command can read the file.
"""

import os
import re
import tempfile
import traceback
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from jobs import clock
from jobs.errors import DoichieuError, SetupError

LONG_NUMBER = re.compile(r"\d{8,}")
# Causes that the user can mend, recognised by what the trace says.
KNOWN = {
    "No space left on device": "the disk is full; free some space",
    "OutOfMemoryError": "memory ran out; raise spark.driver_memory in the --conf file",
    "Connection refused": "Spark's Java process is gone, as a rule because memory ran out; "
    "raise the machine's memory or lower spark.driver_memory in the --conf file",
    "Answer from Java side is empty": "Spark's Java process is gone, as a rule because memory ran "
    "out; raise the machine's memory or lower spark.driver_memory in the --conf file",
    "Permission denied": "a file or folder may not be written; check who owns the warehouse",
    "Read-only file system": "nothing may be written there; name another place",
}
TEMPORARY = Path(tempfile.gettempdir()) / f"doichieu-logs-{os.getuid()}"


def stage_failure(stage: str, run_id: str, error: Exception) -> DoichieuError:
    """The error to leave a stage with: names stage, kind of failure and the way on, no data."""
    again = f"; then go on with --run-id {run_id}"
    if (mends := way_out(error)) is not None:
        return SetupError(f"stage {stage}: {mends}{again}")
    return DoichieuError(f"stage {stage} failed with {type(error).__name__}{again}")


def way_out(error: BaseException) -> str | None:
    """What the user can do about the cause; None where it is not one that is known."""
    told = "".join(traceback.format_exception(error))
    return next((mends for sign, mends in KNOWN.items() if sign in told), None)


def logged(error: BaseException, logs: Path) -> Path:
    """Write the whole trace of `error` below `logs`, long numbers blotted out; returns the file."""
    path = writable(logs) / f"error-{clock.run_id()}-{os.getpid()}.log"
    path.touch(mode=0o600)
    told = "".join(traceback.format_exception(error))
    path.write_text(LONG_NUMBER.sub(lambda found: "#" * len(found[0]), told), encoding="utf-8")
    return path


def logs_folder(words: list[str]) -> Path:
    """Below the warehouse that the command line names, or else in the user's temporary folder."""
    for word, following in pairwise([*words, ""]):
        if word == "--warehouse" or word.startswith("--warehouse="):
            return Path(word.partition("=")[2] or following) / "logs"
    return TEMPORARY


def writable(logs: Path) -> Path:
    """The folder, made where it is not there; the temporary one where nothing can be written."""
    with suppress(OSError):
        logs.mkdir(parents=True, exist_ok=True)
        if os.access(logs, os.W_OK):
            return logs
    TEMPORARY.mkdir(mode=0o700, exist_ok=True)
    return TEMPORARY
