"""A command while it runs: its wall time, and the memory of all its processes."""

import json
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from jobs import clock
from jobs.config import ROOT
from scripts.outcome import GIB, Measured

LOOK = 1.0  # seconds between two looks at the memory
# To tell shared pages stops whoever has them, a twelfth of the time if it were done at every look.
MORE = 1.02  # times the memory at which they were told last


def watched(words: Sequence[str]) -> Measured:
    """Run it; its wall time, the most memory that its processes held at once, its JSON."""
    peak, told_at, over = 0, 0.0, threading.Event()
    begun = clock.seconds()
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:

        def look() -> None:
            nonlocal peak, told_at
            while not over.wait(LOOK):
                if (now := memory_of(process.pid, resident)) > told_at * MORE:
                    peak, told_at = max(peak, memory_of(process.pid, proportional)), now

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


def resident(process: psutil.Process) -> int:
    """Bytes that a process holds; pages that it shares count for each that has them."""
    return int(process.memory_info().rss)


def proportional(process: psutil.Process) -> int:
    """The same, but of each shared page a part only: all that have it hold it once."""
    return int(process.memory_full_info().pss)


def memory_of(pid: int, held: Callable[[psutil.Process], int]) -> int:
    """Bytes that a process and all below it hold now."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for one in family:
        try:
            total += held(one)
        except psutil.NoSuchProcess:
            continue
    return total
