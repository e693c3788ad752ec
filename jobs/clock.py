"""The only clock: when a run began and how long its parts take."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, in whole microseconds as Spark keeps them."""
    return datetime.fromtimestamp(time.time(), UTC)


def run_id() -> str:
    """A new run's name, in the order of time: 20221122T223000."""
    return now().strftime("%Y%m%dT%H%M%S")


def seconds() -> float:
    """A reading of the stopwatch; only differences mean anything."""
    return time.monotonic()
