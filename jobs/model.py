"""The learnt parameters as a table, and back."""

from collections import defaultdict

import polars as pl

from jobs.errors import ConfigError
from jobs.few import few
from jobs.segments import count
from jobs.tables import Tables
from transforms.schemas import MODEL
from transforms.scoring.estimation import Parameters

# The row that holds the share of profiles that are of nobody in the register.
NOBODY = ("profile", "nobody")


def model_table(parameters: Parameters) -> pl.DataFrame:
    """m, u and weight of every level, for the report, for `explain` and for measuring."""
    rows = [
        (name, level, m, parameters.u.get(name, {}).get(level), parameters.weight(name, level))
        for name, table in sorted(parameters.m.items())
        for level, m in sorted(table.items())
    ]
    return pl.DataFrame(
        [*rows, (*NOBODY, parameters.outsiders, None, None)],
        schema=MODEL.names,
        orient="row",
        infer_schema_length=None,
    )


def learnt(tables: Tables) -> Parameters:
    """The parameters that `model` holds: the very numbers that weighed the pairs of the run."""
    m: dict[str, dict[str, float]] = defaultdict(dict)
    u: dict[str, dict[str, float]] = defaultdict(dict)
    outsiders = None
    for row in few(tables.read("model")).iter_rows(named=True):
        if (row["comparison"], row["level"]) == NOBODY:
            outsiders = row["m"]
            continue
        m[row["comparison"]][row["level"]] = row["m"]
        if row["u"] is not None:
            u[row["comparison"]][row["level"]] = row["u"]
    if outsiders is None:
        raise ConfigError("the table model comes from an older version; run `doichieu score` again")
    return Parameters(m, u, outsiders, max(count(tables.read("residents")), 1))
