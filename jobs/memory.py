"""Memory that kernels free, kept for the next one, which comes at once or not at all.

Given back at once, it is asked for page by page again: a sixth of what a day's kernels cost.
"""

import ctypes
import os

# What polars is told before it is loaded, and Arrow, which then asks the C library for memory.
KEPT = {
    "_RJEM_MALLOC_CONF": "background_thread:true,dirty_decay_ms:3000",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
# Of the C library, in bytes: larger pieces are given back; so much is kept at the end of all.
LARGEST, LAST = 32 * 2**20, 128 * 2**20
# The same for processes to come, and as the numbers by which it is told in this one (malloc.h).
OF_PROCESSES = {"MALLOC_MMAP_THRESHOLD_": str(LARGEST), "MALLOC_TRIM_THRESHOLD_": str(LAST)}
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1


def keep_freed() -> None:
    """In this process; what the environment says already stays as it is."""
    for name, value in KEPT.items():
        os.environ.setdefault(name, value)
    tell = getattr(ctypes.CDLL(None), "mallopt", None)  # not in every C library
    if tell and not OF_PROCESSES.keys() & os.environ.keys():
        tell(M_MMAP_THRESHOLD, LARGEST)
        tell(M_TRIM_THRESHOLD, LAST)
