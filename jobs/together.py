"""Parts of a stage that do not wait for one another, side by side.

While one plans, commits or has its last task running, the cores belong to the other.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

from pyspark import inheritable_thread_target
from pyspark.sql import SparkSession

T = TypeVar("T")
U = TypeVar("U")


def both(spark: SparkSession, one: Callable[[], T], other: Callable[[], U]) -> tuple[T, U]:
    """The same of two parts that give different things."""
    parts: tuple[Callable[[], T | U], ...] = (one, other)
    first, second = together(spark, *parts)
    return cast(T, first), cast(U, second)


def together(spark: SparkSession, *parts: Callable[[], T]) -> list[T]:
    """What each part gives, in their order; the first that failed raises once all have ended."""
    inheriting = inheritable_thread_target(spark)
    with ThreadPoolExecutor(len(parts)) as pool:
        begun = [pool.submit(inheriting(part)) for part in parts]
    return [part.result() for part in begun]
