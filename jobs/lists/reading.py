"""Returned files read side by side, in processes that a hostile file may take with it.

What a process holds is bounded: a list never needs that much, and a stranger's file of five
kilobytes can ask for hundreds of gigabytes.
"""

import os
import re
import resource
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from jobs.lists import refusals
from jobs.lists.protection import Keyring, Passwords
from jobs.lists.returned import Returned, read_returned, refused_whole

MOST_MEMORY = 2 << 30  # of addresses; a list of 50,000 rows takes 0.5 GiB
AHEAD = 2  # files per process that are under way at a time
COMMUNE, PROVINCE = re.compile(r"(?<!\d)\d{5}(?!\d)"), re.compile(r"(\d{2})-\D")


class Opening(NamedTuple):
    """What returned files are opened with, and how many at a time.

    `provinces` tells a commune's province: a file is still named after its commune, as a rule.
    """

    secret: bytes
    passwords: Passwords = Passwords()
    processes: int = 1
    provinces: Mapping[str, str] = {}

    def likely(self, path: Path) -> str | None:
        """The password that the names of file and folders speak for; they prove nothing."""
        told = [self.provinces.get(code) for code in COMMUNE.findall(path.name)]
        told += [found.group(1) for part in path.parts[-2::-1] if (found := PROVINCE.match(part))]
        return next((self.passwords.of(code) for code in told if code), None)


def processes_for(files: int) -> int:
    """One a core, and no more than there are files."""
    return max(1, min(files, os.cpu_count() or 1))


def read_all(paths: Sequence[Path], opening: Opening) -> Iterator[Returned]:
    """What each file says, in the order of `paths`, however many are read at a time.

    A file whose reader dies of it is refused like any other that is too large.
    """
    left = deque(paths)
    while left:
        try:
            yield from _side_by_side(left, opening)
        except BrokenProcessPool:
            # One of those under way: each by itself, it is known which.
            for _ in range(min(len(left), AHEAD * opening.processes)):
                yield _alone(left.popleft(), opening)


def _side_by_side(left: deque[Path], opening: Opening) -> Iterator[Returned]:
    """The files one after another, each taken off `left` when it is done."""
    waiting = iter(list(left))
    with _pool(opening, opening.processes) as pool:
        first = islice(waiting, AHEAD * opening.processes)
        begun = deque(pool.submit(_read, path) for path in first)
        while begun:
            found = _outcome(begun.popleft(), left[0])
            # May fail where another reader has died: what was read now is read again then.
            begun.extend(pool.submit(_read, path) for path in islice(waiting, 1))
            left.popleft()
            yield found


def _alone(path: Path, opening: Opening) -> Returned:
    with _pool(opening, 1) as pool:
        try:
            return _outcome(pool.submit(_read, path), path)
        except BrokenProcessPool:
            return refused_whole(path.name, refusals.TOO_LARGE)


def _outcome(reading: "Future[Returned]", path: Path) -> Returned:
    """What was read; a file that the libraries stumble over is damaged, and stops no other."""
    failure = reading.exception()
    if isinstance(failure, BrokenProcessPool):
        raise failure
    return reading.result() if failure is None else refused_whole(path.name, refusals.DAMAGED)


def _pool(opening: Opening, processes: int) -> ProcessPoolExecutor:
    # Spawned: a fork of a process that talks to a JVM by threads can hang.
    return ProcessPoolExecutor(processes, get_context("spawn"), _begin, (opening,))


class Reader(NamedTuple):
    """What a process keeps from file to file."""

    opening: Opening
    keyring: Keyring


_readers: list[Reader] = []


def _begin(opening: Opening) -> None:
    """In each new process: bounded, and silent, for what a library says of a file is personal."""
    _readers.append(Reader(opening, Keyring(opening.passwords.by_province.values())))
    with suppress(ValueError, OSError):  # not every system bounds a process
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _read(path: Path) -> Returned:
    [(opening, keyring)] = _readers
    try:
        return read_returned(path, opening.secret, keyring, opening.likely(path))
    except MemoryError:
        return refused_whole(path.name, refusals.TOO_LARGE)
