"""What pairs are weighed by, as a table, and back: whoever weighs later weighs alike."""

from collections import defaultdict
from collections.abc import Mapping

import polars as pl

from jobs.errors import ConfigError
from jobs.few import few
from jobs.tables import Tables
from transforms.schemas import MODEL
from transforms.scoring.estimation import Parameters

# The rows that hold the share of profiles that are of nobody in the register, and how many
# residents that has; those that hold the share of profiles by how their name was typed.
NOBODY, RESIDENTS = ("profile", "nobody"), ("register", "residents")
FORM = "form"


def model_table(parameters: Parameters, forms: Mapping[str, float]) -> pl.DataFrame:
    """m, u and weight of every level, for the report, for `explain` and for measuring."""
    rows = [
        (name, level, m, parameters.u.get(name, {}).get(level), parameters.weight(name, level))
        for name, table in sorted(parameters.m.items())
        for level, m in sorted(table.items())
    ]
    others = {
        NOBODY: parameters.outsiders,
        RESIDENTS: float(parameters.residents),
        **{(FORM, form): share for form, share in sorted(forms.items())},
    }
    return pl.DataFrame(
        [*rows, *((*name, share, None, None) for name, share in others.items())],
        schema=MODEL.names,
        orient="row",
        infer_schema_length=None,
    )


def learnt(tables: Tables) -> Parameters:
    """The parameters that `model` holds: the very numbers that weighed the pairs of the run.

    Raises:
        ConfigError: another version has made the table.
    """
    m: dict[str, dict[str, float]] = defaultdict(dict)
    u: dict[str, dict[str, float]] = defaultdict(dict)
    others: dict[tuple[str, str], float] = {}
    for row in few(tables.read("model")).iter_rows(named=True):
        name, level = row["comparison"], row["level"]
        if (name, level) in (NOBODY, RESIDENTS) or name == FORM:
            others[name, level] = row["m"]
            continue
        m[name][level] = row["m"]
        if row["u"] is not None:
            u[name][level] = row["u"]
    if not {NOBODY, RESIDENTS} <= others.keys():
        raise ConfigError("the table model comes from an older version; run `doichieu score` again")
    return Parameters(m, u, others[NOBODY], int(others[RESIDENTS]))


def forms(tables: Tables) -> dict[str, float]:
    """Share of profiles by how their name was typed, as `score` found it."""
    told = few(tables.read("model")).filter(pl.col("comparison") == FORM)
    return dict(told.select("level", "m").iter_rows())
