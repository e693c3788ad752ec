"""A command while it runs: its wall time, and the memory of all its processes."""

import json
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

import psutil

from jobs import clock
from jobs.config import ROOT
from scripts.outcome import GIB, Measured

LOOK = 1.0  # seconds between two looks at the memory: each look stops what it looks at


def watched(words: Sequence[str]) -> Measured:
    """Run it; its wall time, the most memory that its processes held at once, its JSON."""
    peak, over = 0, threading.Event()
    begun = clock.seconds()
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:

        def look() -> None:
            nonlocal peak
            while not over.wait(LOOK):
                peak = max(peak, memory_of(process.pid))

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        said = process.communicate()[0]
        seconds = clock.seconds() - begun
        over.set()
        looking.join()
    if process.returncode:
        raise SystemExit(
            f"{' '.join(words[:4])} … ended with {process.returncode}; nothing written"
        )
    told: dict[str, Any] = json.loads(said) if said.startswith("{") else {}
    return Measured(seconds, peak / GIB, told)


def memory_of(pid: int) -> int:
    """Bytes that a process and all below it hold now; each shared page counts once."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for one in family:
        try:
            total += one.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total
