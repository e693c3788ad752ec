"""A session whose Java is started once something needs it.

Where all rows are made on the driver nothing does, and starting it is a tenth of a day's time.
"""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any, Generic, TypeVar

from pyspark import Broadcast, SparkContext
from pyspark.sql import SparkSession

Value = TypeVar("Value")


class WaitingSession(SparkSession):
    """Whatever asks it for something of Java's starts it; what it was set up with is known before.
    All of its tasks will be done on this machine, so many at once.

    Expressions of Spark's (`F.col`) ask no session: whoever writes one calls `awake` before.
    """

    def __init__(
        self, cores: int, options: Mapping[str, str], start: Callable[[], SparkSession]
    ) -> None:
        # Not the parent's, which asks for what only a started one has.
        self.cores, self.options = cores, dict(options)
        self.begun: SparkSession | None = None
        self.group: str | None = None  # name of its jobs
        self._start, self._lock = start, RLock()

    def begin(self) -> SparkSession:
        """The started session."""
        with self._lock:
            if self.begun is None:
                self.begun = self._start()
                if self.group is not None:
                    name_jobs(self.begun, self.group)
        return self.begun

    @property
    def _sc(self) -> SparkContext:  # type: ignore[override]
        return self.begin()._sc

    @property
    def _jsc(self) -> Any:  # noqa: ANN401 - Java's
        return self.begin()._jsc

    @property
    def _jvm(self) -> Any:  # type: ignore[override] # noqa: ANN401 - Java's
        return self.begin()._jvm

    @property
    def _jsparkSession(self) -> Any:  # noqa: ANN401, N802 - Java's, and Spark's name
        return self.begin()._jsparkSession


class Everywhere(Generic[Value]):
    """A value for kernels wherever they run: broadcast once the first of them is sent away."""

    def __init__(self, spark: SparkSession, value: Value) -> None:
        self._spark, self._value = spark, value
        self._sent: Broadcast[Value] | None = None

    @property
    def value(self) -> Value:
        return self._value

    def __reduce__(self) -> tuple[Callable[[Broadcast[Value]], Any], tuple[Broadcast[Value]]]:
        if self._sent is None:
            self._sent = self._spark.sparkContext.broadcast(self._value)
        return _Arrived, (self._sent,)


class _Arrived(Generic[Value]):
    """The same where a kernel has been sent to."""

    def __init__(self, sent: Broadcast[Value]) -> None:
        self._sent = sent

    @property
    def value(self) -> Value:
        return self._sent.value


def awake(spark: SparkSession) -> SparkSession:
    """The session itself, with Java started."""
    if isinstance(spark, WaitingSession):
        spark.begin()
    return spark


def is_awake(spark: SparkSession) -> bool:
    """Whether Java is started."""
    return not isinstance(spark, WaitingSession) or spark.begun is not None


def option(spark: SparkSession, key: str, otherwise: str) -> str:
    """What the session was set up with."""
    if isinstance(spark, WaitingSession):
        return spark.options.get(key, otherwise)
    return str(spark.conf.get(key, otherwise))


def name_jobs(spark: SparkSession, name: str) -> None:
    """From now on the web interface and the event log tell jobs of this thread by the name."""
    if isinstance(spark, WaitingSession):
        spark.group = name
    if is_awake(spark):
        spark.sparkContext.setJobGroup(name, name)


def cores(spark: SparkSession) -> int:
    """How many tasks are done at once."""
    if isinstance(spark, WaitingSession):
        return spark.cores
    return int(spark.sparkContext.defaultParallelism)


def set_option(spark: SparkSession, key: str, value: str) -> None:
    """Set it up otherwise from now on."""
    if isinstance(spark, WaitingSession):
        spark.options[key] = value
    else:
        spark.conf.set(key, value)


def is_local(spark: SparkSession) -> bool:
    """Whether no executor is another machine."""
    return isinstance(spark, WaitingSession) or str(spark.sparkContext.master).startswith("local[")
