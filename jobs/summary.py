"""What a command tells at its end: decisions in figures, and where the files for people lie."""

import polars as pl
from rich.console import Console
from rich.table import Table

from jobs.few import few
from jobs.glossary import DISPOSITIONS
from jobs.history import RunRecord
from jobs.progress import duration
from jobs.results import print_json
from jobs.run import Run


def dispositions(run: Run) -> dict[str, int]:
    """Dose rows per disposition, in the order of the contract; empty before classify has run.

    Another run's ledger, which stands until then, is not this run's.
    """
    written = run.tables.written("ledger")
    if written is None or written.commit.run_id != run.run_id:
        return {}
    lines = few(run.tables.read("ledger")).filter(pl.col("stage") == "disposition")
    counted = lines.group_by("class").agg(pl.sum("rows"))
    found: dict[str, int] = dict(counted.iter_rows())
    return {name: found.get(name, 0) for name in DISPOSITIONS} | {
        name: rows for name, rows in sorted(found.items()) if name not in DISPOSITIONS
    }


def summary(run: Run, record: RunRecord) -> dict[str, object]:
    """What a finished run tells a terminal or a program: dispositions, seconds, rows and places."""
    counted = dispositions(run)
    report = run.output / "report.html"
    return {
        "run_id": run.run_id,
        "dose_rows": sum(counted.values()),
        "dispositions": counted,
        "stage_seconds": {name: round(s, 3) for name, s in record.stage_seconds.items()},
        "stage_moved_bytes": record.stage_moved,
        "rows": record.rows,
        "warehouse": run.tables.warehouse,
        "published": str(run.output) if run.output.exists() else None,
        "report": str(report) if report.exists() else None,
    }


def tell(facts: dict[str, object], *, as_json: bool) -> None:
    """Print the facts of `summary` on standard output."""
    if as_json:
        print_json(facts)
        return
    console = Console(highlight=False, soft_wrap=True)
    counted = facts["dispositions"]
    if isinstance(counted, dict) and counted:
        console.print(_table(counted))
    took = facts["stage_seconds"]
    if isinstance(took, dict):
        console.print(f"run {facts['run_id']} took {duration(sum(took.values()))}")
    for name in ("published", "report"):
        if facts[name]:
            console.print(f"{'lists' if name == 'published' else name:<8} {facts[name]}")


def _table(counted: dict[str, int]) -> Table:
    total = sum(counted.values()) or 1
    table = Table("disposition", title="Every dose row, decided", title_justify="left")
    table.add_column("dose rows", justify="right")
    table.add_column("share", justify="right")
    table.add_column("meaning")
    for name, rows in counted.items():
        table.add_row(name, f"{rows:,}", f"{rows / total:.2%}", DISPOSITIONS.get(name, ""))
    table.add_section()
    table.add_row("all", f"{sum(counted.values()):,}", f"{1:.2%}", "")
    return table
