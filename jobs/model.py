"""The learnt parameters as a table, and back."""

from collections import defaultdict

from pyspark.sql import DataFrame, SparkSession

from jobs.errors import ConfigError
from jobs.tables import Tables
from transforms.schemas import MODEL
from transforms.scoring.estimation import Parameters

# The row that holds the share of profiles that are of nobody in the register.
NOBODY = ("profile", "nobody")


def model_table(spark: SparkSession, parameters: Parameters) -> DataFrame:
    """m, u and weight of every level, for the report, for `explain` and for measuring."""
    rows = [
        (name, level, m, parameters.u.get(name, {}).get(level), parameters.weight(name, level))
        for name, table in sorted(parameters.m.items())
        for level, m in sorted(table.items())
    ]
    return spark.createDataFrame([*rows, (*NOBODY, parameters.outsiders, None, None)], MODEL)


def learnt(tables: Tables) -> Parameters:
    """The parameters that `model` holds: the very numbers that weighed the pairs of the run."""
    m: dict[str, dict[str, float]] = defaultdict(dict)
    u: dict[str, dict[str, float]] = defaultdict(dict)
    outsiders = None
    for row in tables.read("model").collect():
        if (row["comparison"], row["level"]) == NOBODY:
            outsiders = row["m"]
            continue
        m[row["comparison"]][row["level"]] = row["m"]
        if row["u"] is not None:
            u[row["comparison"]][row["level"]] = row["u"]
    if outsiders is None:
        raise ConfigError("the table model comes from an older version; run `doichieu score` again")
    return Parameters(m, u, outsiders, max(tables.read("residents").count(), 1))
