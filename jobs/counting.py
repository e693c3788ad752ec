"""How far a command is that goes through thousands of files: counted, with an estimate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rich.console import Console
from rich.live import Live
from rich.text import Text

from jobs import clock
from jobs.progress import duration, event, fitting

EVERY_SECONDS = 10.0


class Refusable(Protocol):
    """A file as it was read, with what is to be put right in it."""

    @property
    def refused(self) -> Sequence[object]: ...


F = TypeVar("F", bound=Refusable)


@dataclass
class Counting:
    """A line every few seconds: for files, pipes and logs."""

    console: Console
    files: int = 0
    done: int = 0
    refused: int = 0
    begun: float = 0.0
    told: float = 0.0

    def through(self, found: Iterable[F], files: int) -> Iterator[F]:
        """Yields the files as they come, each counted and told of as it passes."""
        self.files, self.done, self.refused = files, 0, 0
        self.begun = self.told = clock.seconds()
        for one in found:
            self.done += 1
            self.refused += bool(one.refused)
            self.passed()
            yield one

    def passed(self) -> None:
        now = clock.seconds()
        if self.done == self.files or now - self.told >= EVERY_SECONDS:
            self.told = now
            self.tell()

    def tell(self) -> None:
        self.console.print(self.line())

    def line(self) -> str:
        """1,204 of 10,599 files, 3 refused  2:10   about 17:00 to go."""
        elapsed = clock.seconds() - self.begun
        left = elapsed * (self.files - self.done) / self.done if self.done else None
        to_go = f"   about {duration(left)} to go" if left else ""
        counts = f"{self.done:,} of {self.files:,} files, {self.refused:,} refused"
        return f"{counts}  {duration(elapsed)}{to_go}"


@dataclass
class MovingCount(Counting):
    """The count of files as one line that moves, on a terminal."""

    def through(self, found: Iterable[F], files: int) -> Iterator[F]:
        with Live(self, console=self.console, refresh_per_second=2):
            yield from super().through(found, files)

    def tell(self) -> None:
        """The line is drawn by itself."""

    def __rich__(self) -> Text:
        return Text(self.line(), style="cyan")


@dataclass
class JsonCount(Counting):
    """One JSON object a line on standard error, for programs that watch."""

    def tell(self) -> None:
        event(event="files", done=self.done, of=self.files, refused=self.refused)


def counting(*, quiet: bool, as_json: bool = False) -> Counting:
    """The way of telling that fits where standard error goes."""
    return fitting(Counting, JsonCount, MovingCount, quiet=quiet, as_json=as_json)
