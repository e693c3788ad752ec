"""The only place that builds a SparkSession."""

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.config import Settings
from jobs.memory import KEPT, OF_PROCESSES

SKIPPING = "spark.databricks.delta.stats.skipping"
DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # The default of 50 turns a small commit into 36 s of task start-up on a local master.
    "spark.databricks.delta.snapshotPartitions": "1",
    # Stages read whole tables. Asking which files could be left out is a job for every table of
    # every query: a twelfth of a small nation's time.
    SKIPPING: "false",
    # A second list of a table's files, which nobody here reads and every write starts a job for.
    "spark.databricks.delta.allFilesInCrc.enabled": "false",
    # Nothing written over nothing is a stage's work as well, and must say whose.
    "spark.databricks.delta.skipRecordingEmptyCommits": "false",
}
# A kernel runs in as many processes as Spark has tasks; threads inside each would only queue.
KERNELS = {
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
    **{f"spark.executorEnv.{name}": told for name, told in {**KEPT, **OF_PROCESSES}.items()},
    # What is larger comes in pages of 2 MB where the system has such: a fault each, not 512.
    "spark.executorEnv.GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    # A task's cells go to one file. Up to 200 segments each would have one of its own, and to make
    # and remove these was as much of the system's time as to read the cells.
    "spark.shuffle.sort.bypassMergeThreshold": "1",
    # By TCP a task waits for its kernel's process longer than a small kernel works.
    "spark.python.unix.domain.socket.enabled": "true",
    # The default of 10,000 is dear for kernels (transforms/reading.py); Java holds them as one.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    # A task done again packs the same rows in the order in which they arrive this time. Spark takes
    # other bytes for other rows, and would end the job where a worker was lost.
    "spark.sql.shuffle.orderIndependentChecksum.enableFullRetryOnMismatch": "false",
}
# Parts of a stage that run side by side share the cores: see jobs/together.py.
SHARED = {"spark.scheduler.mode": "FAIR"}
SAFE = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.maxPlanStringLength": "4096",
    # Every query tells its plan to listeners, and again after each of its stages: in full that is
    # a quarter of a small query's time.
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.debug.maxToStringFields": "3",
    # Identity numbers and phones never reach a plan, a log line or the UI.
    "spark.sql.redaction.string.regex": r"\b\d{8,13}\b",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
}
STATED = {**DELTA, **KERNELS, **SHARED, **SAFE}

OPTIONS = "spark.driver.extraJavaOptions"


def spark_session(settings: Settings, app_name: str) -> SparkSession:
    """A session as `settings.spark` describes it, speaking Delta.

    On a master given by spark-submit the master, the jars and the memory are its business.
    """
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    builder = SparkSession.builder.appName(app_name)
    for key, value in {**STATED, **settings.spark.conf}.items():
        builder = builder.config(key, value)
    if not submitted:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = (
            builder.config(OPTIONS, java_options(settings))
            .config("spark.python.daemon.module", "jobs.daemon")
            .master(settings.spark.master)
            .config("spark.driver.memory", settings.spark.driver_memory)
            .config("spark.jars", ",".join(map(str, jar_files(settings.spark.jars_dir))))
        )
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel(settings.spark.log_level)
    return session


def java_options(settings: Settings) -> str:
    """The options in `settings`, and the classes that set-up has kept, where their file is."""
    options = [settings.spark.conf.get(OPTIONS, "")]
    if (file := shared_classes(settings)).exists():
        options += [f'"-XX:SharedArchiveFile={file}"', "-Xlog:cds*=off"]
    return " ".join(options)


def shared_classes(settings: Settings) -> Path:
    """The file of Java's classes beside the jars: see scripts/share_classes.py."""
    return settings.spark.jars_dir.resolve() / "classes.jsa"


def jar_files(jars_dir: Path) -> list[Path]:
    """The resolved jars in name order; empty when `make setup` has not run."""
    return sorted(jars_dir.resolve().glob("*.jar"))
