"""Parts of a stage that do not wait for one another, side by side.

While one plans, commits or has its last task running, the cores belong to the other.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pyspark import inheritable_thread_target
from pyspark.sql import SparkSession

T = TypeVar("T")


def together(spark: SparkSession, *parts: Callable[[], T]) -> list[T]:
    """What each part gives, in their order; the first that failed raises once all have ended."""
    inheriting = inheritable_thread_target(spark)
    with ThreadPoolExecutor(len(parts)) as pool:
        begun = [pool.submit(inheriting(part)) for part in parts]
    return [part.result() for part in begun]
