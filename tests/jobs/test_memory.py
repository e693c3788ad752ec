"""Freed memory is kept in this process, unless the environment says otherwise."""

import json
import os
import subprocess
import sys

from jobs.config import ROOT
from jobs.memory import KEPT, OF_PROCESSES

# How many pages are asked for again by pieces of 8 MB, which the C library gives back at once
# unless it is told.
TOLD = """
import ctypes, json, os, resource
from jobs.memory import keep_freed
keep_freed()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def piece():
    at = libc.malloc(8 << 20)
    ctypes.memset(at, 1, 8 << 20)
    libc.free(at)
piece()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    piece()
faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(json.dumps([faults, {name: os.environ.get(name) for name in %s}]))
""" % [*KEPT]


def told(**environment):
    kept = {
        name: value for name, value in os.environ.items() if name not in {**KEPT, **OF_PROCESSES}
    }
    run = [sys.executable, "-c", TOLD]
    there = {**kept, "PYTHONPATH": str(ROOT), **environment}
    return json.loads(subprocess.run(run, env=there, capture_output=True, check=True).stdout)


def test_freed_memory_is_kept_unless_the_environment_says_otherwise():
    kept, environment = told()
    given_back, own = told(MALLOC_MMAP_THRESHOLD_="65536", _RJEM_MALLOC_CONF="narenas:1")

    assert kept * 2 < given_back
    assert environment == KEPT
    assert own == {**KEPT, "_RJEM_MALLOC_CONF": "narenas:1"}
