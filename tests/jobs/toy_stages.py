"""Two small stages that count, for tests of execution: numbers → squares."""

from types import ModuleType

from pyspark.sql import functions as F


def numbers(run):
    run.tables.overwrite("numbers", run.tables.spark.range(5))


def squares(run):
    squared = run.tables.read("numbers").select((F.col("id") * F.col("id")).alias("square"))
    run.tables.overwrite("squares", squared)


def stage(name, reads, writes, work, ran):
    module = ModuleType(name)

    def run(run):
        ran.append(name)
        work(run)

    module.READS, module.WRITES, module.run = reads, writes, run
    return module


def toy_stages(ran, second=squares):
    """Stages that note in `ran` that they ran."""
    return {
        "count": stage("count", (), ("numbers",), numbers, ran),
        "square": stage("square", ("numbers",), ("squares",), second, ran),
    }
