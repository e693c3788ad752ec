"""Shares of levels as settings state them; what is no level, or missing, is told by its name."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, Field

from transforms.scoring.levels import KINDS

# The levels of each comparison.
LEVELS: Mapping[str, tuple[str, ...]] = {
    name.removesuffix("_level"): tuple(kind.categories)
    for name, kind in KINDS.items()
    if isinstance(kind, pl.Enum)
}
Tables = dict[str, dict[str, float]]


def of_every_level(tables: Tables, comparisons: Iterable[str]) -> Tables:
    """The tables, where they are those of `comparisons` and have all levels of each."""
    wanted = {f"{name}.{level}": name for name in comparisons for level in LEVELS[name]}
    given = [f"{name}.{level}" for name, table in tables.items() for level in table]
    unknown, missing = _strange(given, wanted), _strange(wanted, given)
    problems = [f"no such level {unknown}"] * bool(unknown) + [f"lacks {missing}"] * bool(missing)
    if problems:
        raise ValueError(f"{'; '.join(problems)}; every level has a share above 0")
    return tables


def of_levels(table: dict[str, float], comparison: str) -> dict[str, float]:
    """The table, where all in it are levels of the comparison and some share is above 0."""
    if unknown := _strange(table, LEVELS[comparison]):
        raise ValueError(f"no such level {unknown}; there are {', '.join(LEVELS[comparison])}")
    if not any(table.values()):
        raise ValueError("no share above 0; give one to a level at least")
    return table


def _strange(names: Iterable[str], known: Iterable[str]) -> str:
    return ", ".join(sorted({*names} - {*known}))


Above0 = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Some = dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]
Share = Annotated[float, Field(ge=0, le=1)]
OfAll = Annotated[
    dict[str, dict[str, Above0]], AfterValidator(partial(of_every_level, comparisons=[*LEVELS]))
]
OfOutsiders = Annotated[
    dict[str, dict[str, Above0]],
    AfterValidator(partial(of_every_level, comparisons=["number", "phone"])),
]
OfName = Annotated[Some, AfterValidator(partial(of_levels, comparison="name"))]
OfBirth = Annotated[Some, AfterValidator(partial(of_levels, comparison="birth"))]
OfNumber = Annotated[Some, AfterValidator(partial(of_levels, comparison="number"))]
OfHistory = Annotated[Some, AfterValidator(partial(of_levels, comparison="history"))]
