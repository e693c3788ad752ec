"""What a warehouse holds: its runs, its tables, and who is at work there.

The answer is due at once, so Delta's log and the few rows of `runs` are read without Spark.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table

from jobs import lock
from jobs.delta_log import Row, newest_commit, refuse_no_warehouse, rows_of
from jobs.progress import SHARES, duration


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


def status(warehouse: Path, newest: int = 10) -> Status:
    """The newest runs, and each stage table with the run that wrote it last.

    A run that has just begun has no table yet.
    """
    at_work = lock.holder(warehouse)
    if at_work is None:
        refuse_no_warehouse(warehouse)
    return {
        "warehouse": str(warehouse),
        "at_work": at_work,
        "runs": _runs(warehouse, newest, at_work or ""),
        "tables": _tables(warehouse),
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


def _runs(warehouse: Path, newest: int, at_work: str) -> list[RunFacts]:
    rows = sorted(rows_of(warehouse / "runs"), key=lambda row: row["started_at"], reverse=True)
    return [
        {
            "run_id": row["run_id"],
            "status": _status(row, at_work),
            "started_at": f"{row['started_at']:%Y-%m-%d %H:%M}",
            "seconds": sum(dict(row["stage_seconds"]).values()),
            "inputs": dict(row["inputs"]),
        }
        for row in rows[:newest]
    ]


def _status(row: Row, at_work: str) -> str:
    """What became of a run; one that was killed could not say so itself."""
    killed = row["status"] == "running" and f"run {row['run_id']} " not in at_work
    return "killed" if killed else str(row["status"])


def _tables(warehouse: Path) -> list[TableFacts]:
    """In the order of the stages; tables that no stage wrote are not told of."""
    found = [facts for table in sorted(warehouse.iterdir()) for facts in _table(table)]
    stages = list(SHARES)
    return sorted(found, key=lambda facts: stages.index(_stage(facts)))


def _table(table: Path) -> Iterator[TableFacts]:
    info = newest_commit(table)
    if "userMetadata" not in info:
        return
    rows = int(info.get("operationMetrics", {}).get("numOutputRows", 0))
    signed = json.loads(info["userMetadata"])
    facts = TableFacts(table=table.name, rows=rows, run_id=signed["run_id"], stage=signed["stage"])
    if _stage(facts) in SHARES:
        yield facts


def _stage(facts: TableFacts) -> str:
    return facts["stage"].partition(",")[0]
