"""One run at a time over one warehouse."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from jobs.errors import SetupError

# Whoever asks who holds a warehouse holds it for as long as that takes.
PATIENCE = 0.5  # seconds


@contextmanager
def held(warehouse: Path, run_id: str) -> Iterator[None]:
    """Hold the warehouse for `run_id`; a second run stops soon and learns who holds it.

    The operating system lets go of the lock when its process dies, so a killed run leaves nothing
    to clean up.
    """
    lock = FileLock(warehouse / ".lock")
    holder = warehouse / ".lock.json"
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=PATIENCE, poll_interval=0.02)
    except Timeout:
        raise SetupError(
            f"{warehouse}: {_described(holder)} is at work here; "
            "wait for it, or give another --warehouse"
        ) from None
    except OSError as error:
        raise SetupError(
            f"{warehouse}: nothing can be written there ({error.strerror}); "
            "give another --warehouse"
        ) from None
    try:
        holder.write_text(json.dumps({"run_id": run_id, "pid": os.getpid()}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def holder(warehouse: Path) -> str | None:
    """Who holds the warehouse now, in words; None when it is free. Asking writes nothing."""
    if not (warehouse / ".lock").exists():
        return None
    with (warehouse / ".lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _described(warehouse / ".lock.json")
    return None


def _described(holder: Path) -> str:
    try:
        told = json.loads(holder.read_text())
    except (OSError, ValueError):
        return "another run"
    return f"run {told['run_id']} (process {told['pid']})"
