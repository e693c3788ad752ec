"""Frames of which Spark is told once it is asked for their rows.

Most frames are steps on a kernel's way, or are made on the driver: Spark never sees them. Telling
it of each all the same, a plan analysed and a function sent to Java, was a third of a small
nation's time.
"""

from collections.abc import Callable
from functools import cached_property

from py4j.java_gateway import JavaObject  # type: ignore[import-untyped]
from pyspark import SparkContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T
from pyspark.sql.classic.dataframe import DataFrame as ClassicDataFrame

from transforms.waiting import awake


class _Deferred(ClassicDataFrame):
    """A frame whose columns are known before its plan is."""

    def __init__(
        self, spark: SparkSession, schema: T.StructType, plan: Callable[[], DataFrame]
    ) -> None:
        # As the parent's does, but for the plan.
        self._session = spark
        self.is_cached = self._support_repr_html = False
        self.schema = schema
        self._plan = plan

    @property
    def _sc(self) -> SparkContext:  # type: ignore[override]
        return self._session._sc

    @cached_property
    def _jdf(self) -> JavaObject:
        awake(self._session)
        return self._plan()._jdf


def deferred(spark: SparkSession, schema: T.StructType, plan: Callable[[], DataFrame]) -> DataFrame:
    """The frame that `plan` gives, which has the columns of `schema`."""
    return _Deferred(spark, schema, plan)
