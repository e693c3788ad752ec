"""One run at a time over one warehouse."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from jobs.errors import SetupError


@contextmanager
def held(warehouse: Path, run_id: str) -> Iterator[None]:
    """Hold the warehouse for `run_id`; a second run stops at once and learns who holds it.

    The operating system lets go of the lock when its process dies, so a killed run leaves nothing
    to clean up.
    """
    warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(warehouse / ".lock")
    holder = warehouse / ".lock.json"
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise SetupError(
            f"{warehouse}: {_described(holder)} is at work here; "
            "wait for it, or give another --warehouse"
        ) from None
    try:
        holder.write_text(json.dumps({"run_id": run_id, "pid": os.getpid()}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def holder(warehouse: Path) -> str | None:
    """Who holds the warehouse now, in words; None when it is free."""
    if not (warehouse / ".lock").exists():
        return None
    lock = FileLock(warehouse / ".lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return _described(warehouse / ".lock.json")
    lock.release()
    return None


def _described(holder: Path) -> str:
    try:
        told = json.loads(holder.read_text())
    except (OSError, ValueError):
        return "another run"
    return f"run {told['run_id']} (process {told['pid']})"
