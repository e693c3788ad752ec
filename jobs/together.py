"""Parts of a stage that do not wait for one another, side by side.

While one plans, commits or has its last task running, the cores belong to the other. Each has a
pool of Spark's scheduler: small jobs of one are not kept waiting by all tasks of another's.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar, cast

from pyspark import inheritable_thread_target
from pyspark.sql import SparkSession

from transforms.waiting import is_awake

POOL = "spark.scheduler.pool"

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")


def both(spark: SparkSession, one: Callable[[], T], other: Callable[[], U]) -> tuple[T, U]:
    """What two parts give, run side by side; the first that failed raises once both have ended."""
    parts: tuple[Callable[[], T | U], ...] = (one, other)
    first, second = together(spark, *parts)
    return cast(T, first), cast(U, second)


def together(spark: SparkSession, *parts: Callable[[], T]) -> list[T]:
    """What each part gives, in their order; the first that failed raises once all have ended."""
    inheriting = inheritable_thread_target(spark) if is_awake(spark) else _as_it_is

    def run(part: Callable[[], T], pool: str) -> T:
        if is_awake(spark):
            spark.sparkContext.setLocalProperty(POOL, pool)
        return part()

    with ThreadPoolExecutor(len(parts)) as threads:
        begun = [threads.submit(inheriting(run), part, str(at)) for at, part in enumerate(parts)]
    return [part.result() for part in begun]


def _as_it_is(part: Callable[P, T]) -> Callable[P, T]:
    return part
