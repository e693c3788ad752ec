"""An evaluation on the terminal: promises first, then every group, the worst on top."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from jobs.promises import LEAST_GROUP, ORDER, SUBGROUPS

Figures = Mapping[str, Any]

SHOWN = 12  # provinces; the JSON has them all
WIDTH = 118  # a cut figure is worse than a wrapped line
STYLES = {"missed": "bold red", "unclear": "yellow", "met": "green"}
RESOLVABLE = {
    "column": "“Resolvable” is what the truth's column says, for people in the register.",
    "class": "“Resolvable” is approximated: a row of a person in the register whose class does not "
    "say “unresolvable”; a column `resolvable` in the truth would tell.",
}
HEADINGS = ("rows", "linked", "wrong", "precision", "95 % interval", "recall", "F1 resolvable")
TITLES = {
    "truth_class": "By truth class",
    "trap": "By trap",
    "disposition": "By disposition",
    "number_kind": "By kind of number",
    "sex": "By sex",
    "age_band": "By age",
    "birth_precision": "By precision of the birth date",
    "name_group": "By name group",
    "province_code": "By declared province",
}


def tell(figures: Figures) -> None:
    """Print it all."""
    console = Console(highlight=False, width=max(Console().width, WIDTH))
    console.print(headline(figures))
    console.print(scorecard(figures))
    console.print(f"{RESOLVABLE[figures['resolvable_by']]}\n")
    for name in TITLES:
        console.print(group(name, figures[name]))
    console.print(confusion(figures["confusion"]))
    console.print(calibration(figures))


def headline(figures: Figures) -> str:
    lines = {
        "dose rows": count(figures["rows"]),
        "linked": f"{count(figures['linked'])}, wrongly {count(figures['wrongly_linked'])}",
        "not in the register": count(figures["not_in_register"]),
        "recall": share(figures["recall"]),
        "recall, resolvable rows": share(figures["resolvable_recall"]),
        "precision, resolvable rows": share(figures["resolvable_precision"], 5),
        "precision without a number": share(figures["without_number_precision_all_rows"], 5),
        "worst subgroup": figures["worst_subgroup"] or "–",
    }
    return "\n".join(f"{name:<28}{value}" for name, value in lines.items())


def scorecard(figures: Figures) -> Table:
    table = figures_table("Promises", "found", "95 % interval", "bound", "of")
    table.add_column("verdict")
    for row in figures["scorecard"]:
        bound = f"{'≤' if row['at_most'] else '≥'} {row['bound']:g}"
        found, interval = share(row["found"], 5), between(row["low"], row["high"])
        verdict = coloured(row["verdict"])
        table.add_row(row["name"], found, interval, bound, count(row["rows"]), verdict)
    return table


def group(name: str, cells: Mapping[str, Figures]) -> Table:
    """One dimension: subgroups of people by precision, classes and traps by F1."""
    order = by_verdict if name in SUBGROUPS else by_f1
    ranked = sorted(cells.items(), key=lambda item: (*order(item[1]), item[0]))
    title = f"{TITLES[name]} ({caption(name, len(ranked))})"
    table = figures_table(title, *HEADINGS)
    table.add_column("verdict" if name in SUBGROUPS else "")
    for value, cell in ranked[:SHOWN] if name == "province_code" else ranked:
        table.add_row(value, *cells_of(cell), coloured(cell.get("verdict", "")))
    return table


def cells_of(cell: Figures) -> list[str]:
    counts = [count(cell[name]) for name in ("rows", "linked", "wrongly_linked")]
    interval = between(cell["precision_low"], cell["precision_high"])
    shares = [share(cell[name]) for name in ("recall", "resolvable_f1")]
    return [*counts, share(cell["precision"], 5), interval, *shares]


def figures_table(title: str, *headings: str) -> Table:
    """An empty table: one column of names, the others of figures."""
    table = Table("", title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def caption(name: str, groups: int) -> str:
    if name == "province_code" and groups > SHOWN:
        return f"worst first; {groups - SHOWN} more in --json"
    few = f"; no verdict below {LEAST_GROUP} linked rows" if name in SUBGROUPS else ""
    return f"worst first{few}"


def by_verdict(cell: Figures) -> tuple[float, float]:
    return ORDER.index(cell["verdict"]), cell["precision"] if cell["precision"] is not None else 2.0


def by_f1(cell: Figures) -> tuple[float, float]:
    """Groups without a resolvable row last, by precision."""
    f1 = cell["resolvable_f1"] if cell["resolvable"] else None
    return (2.0 if f1 is None else f1), cell["precision"] if cell["precision"] is not None else 2.0


def confusion(rows: Mapping[str, Mapping[str, int]]) -> Table:
    across = sorted({disposition for row in rows.values() for disposition in row})
    table = figures_table("Truth classes (down) and dispositions (across)", *across)
    for name, row in rows.items():
        table.add_row(name, *(count(row.get(disposition, 0)) for disposition in across))
    return table


def calibration(figures: Figures) -> Table:
    linked = share(figures["calibration_error_linked"], 5)
    title = (
        f"Probability of the best candidate and how often it is right (error when linked: {linked})"
    )
    table = figures_table(title, "profiles", "predicted", "right")
    for start, row in figures["calibration"].items():
        table.add_row(start, count(row["profiles"]), share(row["predicted"]), share(row["right"]))
    return table


def coloured(verdict: str) -> str:
    style = STYLES.get(verdict)
    return f"[{style}]{verdict}[/{style}]" if style else verdict


def share(value: float | None, digits: int = 4) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.4f} – {high:.4f}"


def count(value: int) -> str:
    return f"{value:,}"
