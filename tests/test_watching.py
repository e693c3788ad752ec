"""What a command and its processes hold is told as the benchmark's page has it."""

import sys

import pytest

from scripts.watching import watched

HELD = 0.25  # GiB
# The child of a fork has its parent's pages, and those of its own once it has some.
SHARING = """
import os, time
held = bytearray(b"x") * {size}
child = os.fork()
own = bytearray(b"y") * {own} if not child else None
time.sleep(3)
child and os.waitpid(child, 0)
"""


@pytest.mark.slow
@pytest.mark.parametrize("own", [0.0, HELD])
def test_the_most_that_all_processes_held_counts_shared_pages_once(own):
    sizes = {"size": int(HELD * 2**30), "own": int(own * 2**30)}

    seconds, peak, told = watched([sys.executable, "-c", SHARING.format(**sizes)])

    assert HELD + own <= peak < HELD + own + HELD / 2
    assert seconds > 3
    assert told == {}


def test_a_command_that_fails_ends_the_benchmark_with_its_words():
    with pytest.raises(SystemExit, match="ended with 3; nothing written"):
        watched([sys.executable, "-c", "raise SystemExit(3)"])
