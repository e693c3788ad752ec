"""What a warehouse holds: its runs, its tables, and who is at work there."""

from pathlib import Path
from typing import TypedDict

from pyspark.sql import Row
from rich.console import Console
from rich.table import Table

from jobs import lock
from jobs.pipeline import STAGES
from jobs.progress import duration
from jobs.tables import Tables


class RunFacts(TypedDict):
    run_id: str
    status: str
    started_at: str
    seconds: float
    inputs: dict[str, str]


class TableFacts(TypedDict):
    table: str
    rows: int
    run_id: str
    stage: str


class Status(TypedDict):
    warehouse: str
    at_work: str | None
    runs: list[RunFacts]
    tables: list[TableFacts]


def status(tables: Tables, newest: int = 10) -> Status:
    """The newest runs, and each stage table with the run that wrote it last."""
    at_work = lock.holder(Path(tables.warehouse))
    return {
        "warehouse": tables.warehouse,
        "at_work": at_work,
        "runs": _runs(tables, newest, at_work or ""),
        "tables": _tables(tables),
    }


def tell(facts: Status) -> None:
    """Print it as two tables."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{facts['warehouse']}: {facts['at_work'] or 'nobody'} at work")
    runs = Table("run", "status", "started (UTC)", "time in stages", title="Runs")
    for row in facts["runs"]:
        took = duration(row["seconds"])
        runs.add_row(row["run_id"], row["status"], row["started_at"], took)
    tables = Table("table", "rows", "run", "stage", title="Tables")
    for table in facts["tables"]:
        tables.add_row(table["table"], f"{table['rows']:,}", table["run_id"], table["stage"])
    console.print(runs, tables)


def _runs(tables: Tables, newest: int, at_work: str) -> list[RunFacts]:
    if not tables.exists("runs"):
        return []
    runs = tables.read("runs")
    return [
        {
            "run_id": row["run_id"],
            "status": _status(row, at_work),
            "started_at": f"{row['started_at']:%Y-%m-%d %H:%M}",
            "seconds": sum(row["stage_seconds"].values()),
            "inputs": row["inputs"],
        }
        for row in runs.orderBy(runs.run_id.desc()).limit(newest).collect()
    ]


def _status(row: Row, at_work: str) -> str:
    """What became of a run; one that was killed could not say so itself."""
    killed = row["status"] == "running" and f"run {row['run_id']} " not in at_work
    return "killed" if killed else str(row["status"])


def _tables(tables: Tables) -> list[TableFacts]:
    names = dict.fromkeys(name for stage in STAGES.values() for name in stage.WRITES)
    written = {name: tables.written(name) for name in names}
    return [
        {
            "table": name,
            "rows": found.rows,
            "run_id": found.commit.run_id,
            "stage": found.commit.stage,
        }
        for name, found in written.items()
        if found
    ]
