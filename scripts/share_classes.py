"""Keep the classes that Java loads for every command in one file, which the next ones map as it is.

Reading, checking and linking Spark's classes is a third of what a command needs before its first
row. The file fits this Java and these jars alone; Java passes over one that does not.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.config import DEFAULT_CONF, Settings, load
from jobs.errors import DoichieuError
from jobs.launch import session
from jobs.session import OPTIONS, shared_classes
from jobs.tables import Commit, Tables
from transforms.kernels import applied_to_tasks


def visited(spark: SparkSession, warehouse: str) -> None:
    """A little of all that runs do: kernels, shuffles, joins, both ways of writing tables."""
    tables = Tables(spark, warehouse, Commit("classes"))
    numbers = spark.range(1000).withColumn("text", F.concat(F.lit("n"), "id"))
    moved = applied_to_tasks(numbers, lambda task: task, numbers.schema).repartitionById(
        4, F.pmod("id", F.lit(4)).cast("int")
    )
    tables.overwrite("numbers", applied_to_tasks(moved, lambda task: task, numbers.schema))
    tables.put("put", numbers, "text", "n1")
    read = tables.read("numbers").join(tables.read("put"), "id", "left")
    read.groupBy(F.pmod("id", F.lit(7)).alias("key")).agg(F.count("*")).orderBy("key").toArrow()


def main() -> int:
    settings = load(DEFAULT_CONF, Settings)
    file = shared_classes(settings)
    file.unlink(missing_ok=True)
    conf = settings.spark.conf
    conf[OPTIONS] = f"{conf.get(OPTIONS, '')} -XX:ArchiveClassesAtExit={file}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            with session(settings, "classes", Path(folder)) as spark:
                visited(spark, f"{folder}/warehouse")
                java: Any = spark.sparkContext._gateway
            # Java ends when its input does, and writes the file on its way out.
            java.shutdown()
            java.proc.stdin.close()
            java.proc.wait()
        except DoichieuError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
