"""Nested figures as tables on the terminal: whatever a stage measures can be shown."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from jobs.results import print_json


def show(facts: Mapping[str, object], *, as_json: bool) -> None:
    """The figures on standard output, for a program or for people."""
    if as_json:
        print_json(facts)
    else:
        tell(facts)


def tell(facts: Mapping[str, object]) -> None:
    """One table per group of figures; single figures come first."""
    console = Console(highlight=False, soft_wrap=True)
    for name, value in facts.items():
        if not isinstance(value, Mapping):
            console.print(f"{name:<36} {_cell(value)}")
    for name, value in facts.items():
        if isinstance(value, Mapping):
            console.print(_table(name, value))


def _table(title: str, group: Mapping[str, object]) -> Table:
    rows = {key: value for key, value in group.items() if isinstance(value, Mapping)}
    headings = list(dict.fromkeys(heading for row in rows.values() for heading in row))
    table = Table("", title=title.replace("_", " "), title_justify="left")
    for heading in headings or ["value"]:
        table.add_column(heading.replace("_", " "), justify="right")
    for key, value in group.items():
        if isinstance(value, Mapping):
            table.add_row(str(key), *(_cell(value.get(heading)) for heading in headings))
        else:
            table.add_row(str(key), _cell(value))
    return table


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.4f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
