"""Starting Spark for a command: what stands in the way is said first, Java's chatter is filed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
from jobs.session import OPTIONS, spark_session

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
