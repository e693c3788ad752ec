"""Starting Spark for a command: what stands in the way is said first, Java's chatter is filed."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

from py4j.protocol import Py4JError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from jobs import machine
from jobs.config import ROOT, Settings
from jobs.errors import SetupError
from jobs.failures import writable
from jobs.jars import altered, pins
from jobs.session import OPTIONS, STATED, spark_session
from transforms.waiting import WaitingSession

FILE_SYSTEM = "spark.hadoop.fs.defaultFS"
LOG_LAYOUT = ROOT / "conf" / "log4j2.properties"


@contextmanager
def session(settings: Settings, name: str, logs: Path) -> Iterator[SparkSession]:
    """A session for one command, stopped afterwards.

    Started here, Java writes to `<logs>/spark.log`: its messages may quote rows, which must not
    reach a terminal. Under spark-submit all that is spark-submit's business.
    """
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        spark = spark_session(settings, name)
    else:
        _ready(settings)
        spark = _started(settings, name, writable(logs) / "spark.log")
    try:
        yield spark
    finally:
        _stop(spark)


@contextmanager
def session_if_needed(settings: Settings, name: str, logs: Path) -> Iterator[SparkSession]:
    """The same for a command that may do without Java: it starts once something asks for it.

    Not where others are to work, or paths may be those of another file system.
    """
    elsewhere = {"PYSPARK_GATEWAY_PORT", "HADOOP_CONF_DIR"} & os.environ.keys()
    elsewhere |= {FILE_SYSTEM} & settings.spark.conf.keys()
    if elsewhere or not settings.spark.master.startswith("local["):
        with session(settings, name, logs) as spark:
            yield spark
        return
    _ready(settings)
    start = partial(_started, settings, name, writable(logs) / "spark.log")
    waiting = WaitingSession(cores(settings.spark.master), {**STATED, **settings.spark.conf}, start)
    try:
        yield waiting
    finally:
        if waiting.begun is not None:
            _stop(waiting.begun)


def cores(master: str) -> int:
    """How many tasks a master on this machine does at once: of `local[*]` as many as may be."""
    if told := re.match(r"local\[(\d+)", master):
        return int(told[1])
    of_process = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(of_process(0)) if of_process else os.cpu_count() or 1


def _started(settings: Settings, name: str, log: Path) -> SparkSession:
    try:
        with _standard_streams_to(log):
            return spark_session(_logging(settings), name)
    except (PySparkException, Py4JError) as error:
        asked = settings.spark
        raise SetupError(
            f"Spark did not start with master “{asked.master}” and driver_memory "
            f"“{asked.driver_memory}”; {log} tells why: mend [spark] in the --conf file"
        ) from error


def _stop(spark: SparkSession) -> None:
    """Stop it, without waiting for the thread that takes in counters of tasks, which are not used.

    That thread looks once a second whether it should end, and ends with the process at the latest.
    """
    counters = vars(spark.sparkContext).pop("_accumulatorServer", None)
    spark.stop()
    if counters is None:  # something else has stopped it before
        return
    if isinstance(counters.server_address, str):
        Path(counters.server_address).unlink(missing_ok=True)
    Thread(target=counters.shutdown, daemon=True).start()


def _ready(settings: Settings) -> None:
    java = machine.java()
    if not java.ok:
        raise SetupError(f"{java.found}; mend it with: {java.mend}")
    wrong = altered(settings.spark.jars_dir, pins())
    if wrong:
        raise SetupError(
            f"{settings.spark.jars_dir}: {', '.join(wrong)} missing or altered; "
            "mend it with: make setup"
        )


def _logging(settings: Settings) -> Settings:
    given = settings.spark.conf.get(OPTIONS, "")
    option = f"{given} -Dlog4j2.configurationFile={LOG_LAYOUT}".strip()
    spark = settings.spark.model_copy(update={"conf": {**settings.spark.conf, OPTIONS: option}})
    return settings.model_copy(update={"spark": spark})


@contextmanager
def _standard_streams_to(path: Path) -> Iterator[None]:
    """Processes started inside inherit `path` as their standard output and error."""
    path.touch(mode=0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with path.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        for target, source in zip((1, 2), kept, strict=True):
            os.dup2(source, target)
            os.close(source)
