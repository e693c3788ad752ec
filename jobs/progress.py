"""One line per stage: n of m, stage, rows, elapsed, and when the rest should be done."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from rich.console import Console
from rich.live import Live
from rich.text import Text

from jobs import clock

W = TypeVar("W")  # a way of telling

# Shares of a run's time measured on the demo nation: the estimate of the very first run.
SHARES = {
    "ingest": 9.0,
    "standardise": 12.0,
    "verify": 1.0,
    "block": 7.0,
    "score": 9.0,
    "link": 1.0,
    "measure": 15.0,
    "cluster": 3.0,
    "deduplicate": 6.0,
    "classify": 8.0,
    "correct": 3.0,
    "publish": 23.0,
    "report": 5.0,
}


# An earlier run's pace counts as much as a tenth of the work: one slow short stage, the first of a
# day, says little about the others.
PRIOR = 0.1


class Estimate:
    """Seconds still to go: what the stages took last time, at the pace of the stages done today."""

    def __init__(self, stages: Sequence[str], last: Mapping[str, float], scale: float) -> None:
        shares = last or SHARES
        self._ahead = {stage: max(shares.get(stage, 1.0), 0.1) for stage in stages}
        self._scale = scale
        self._prior = PRIOR if last else 0.0
        self._expected = self._spent = 0.0

    def done(self, stage: str, seconds: float | None) -> None:
        """Take `stage` off the list; `seconds` is None when it had been finished before."""
        expected = self._ahead.pop(stage, 0.0)
        if seconds is not None:
            self._expected, self._spent = self._expected + expected, self._spent + seconds

    @property
    def left(self) -> float | None:
        """None until there is anything to go by."""
        ahead = sum(self._ahead.values())
        prior = self._prior * (ahead + self._expected)
        known = self._expected + prior
        return ahead * (self._spent + self._scale * prior) / known if known else None


class Progress(Protocol):
    """What execution tells while it works."""

    def begin(self, run_id: str, stages: Sequence[str], estimate: Estimate) -> None: ...
    def resumed(self, stage: str, rows: int) -> None: ...
    def working(self, stage: str) -> AbstractContextManager[None]: ...
    def finished(self, stage: str, rows: int, seconds: float) -> None: ...


@dataclass
class Lines:
    """Plain lines, one when a stage ends: for files, pipes and logs."""

    console: Console
    stages: Sequence[str] = ()
    estimate: Estimate = field(default_factory=lambda: Estimate((), {}, 1.0))

    def begin(self, run_id: str, stages: Sequence[str], estimate: Estimate) -> None:
        self.stages, self.estimate = stages, estimate
        self.console.print(f"run {run_id}: if it is stopped, --run-id {run_id} goes on from there")

    def resumed(self, stage: str, rows: int) -> None:
        self.estimate.done(stage, None)
        self.console.print(f"{self.head(stage)}{rows:>15,} rows   finished before")

    def working(self, stage: str) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()

    def finished(self, stage: str, rows: int, seconds: float) -> None:
        self.estimate.done(stage, seconds)
        took = f"{rows:>15,} rows {duration(seconds):>8}"
        self.console.print(f"{self.head(stage)}{took}{self.left()}")

    def head(self, stage: str) -> str:
        number = list(self.stages).index(stage) + 1
        return f"{number:>2} of {len(self.stages)}  {stage:<12}"

    def left(self) -> str:
        left = self.estimate.left
        return f"   about {duration(left)} to go" if left else ""


@dataclass
class Terminal(Lines):
    """Progress on a terminal: lines of finished stages, and a moving one of the stage at work."""

    @contextmanager
    def working(self, stage: str) -> Iterator[None]:
        line = Moving(self, stage, clock.seconds())
        with Live(line, console=self.console, refresh_per_second=2, transient=True):
            yield


@dataclass(frozen=True)
class Moving:
    """The line of the stage at work, with its stopwatch."""

    lines: Lines
    stage: str
    begun: float

    def __rich__(self) -> Text:
        elapsed = duration(clock.seconds() - self.begun)
        head, left = self.lines.head(self.stage), self.lines.left()
        return Text(f"{head}{'…':>20} {elapsed:>8}{left}", style="cyan")


@dataclass
class JsonLines(Lines):
    """One JSON object per event on standard error, for programs that watch."""

    def begin(self, run_id: str, stages: Sequence[str], estimate: Estimate) -> None:
        self.stages, self.estimate = stages, estimate
        event(event="begin", run_id=run_id, stages=list(stages))

    def resumed(self, stage: str, rows: int) -> None:
        self.estimate.done(stage, None)
        event(event="resumed", stage=stage, rows=rows)

    def finished(self, stage: str, rows: int, seconds: float) -> None:
        self.estimate.done(stage, seconds)
        took, left = round(seconds, 3), self.estimate.left
        event(event="finished", stage=stage, rows=rows, seconds=took, left=left)


def event(**told: object) -> None:
    """One JSON object on standard error."""
    sys.stderr.write(json.dumps(told) + "\n")
    sys.stderr.flush()


def progress(*, quiet: bool, as_json: bool) -> Lines:
    """The way of telling a run's stages that fits where standard error goes."""
    return fitting(Lines, JsonLines, Terminal, quiet=quiet, as_json=as_json)


def fitting(
    plain: Callable[[Console], W],
    for_programs: Callable[[Console], W],
    moving: Callable[[Console], W],
    *,
    quiet: bool,
    as_json: bool,
) -> W:
    """Of three ways of telling the one that fits: lines, JSON, or one line that moves."""
    console = Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
    if quiet:
        return plain(console)
    if as_json:
        return for_programs(console)
    return moving(console) if console.is_terminal else plain(console)


def duration(seconds: float) -> str:
    """1:02:03 or 2:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
