"""Delta's log of a small table in a folder of this machine, read without Spark."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = Mapping[str, Any]


def rows_of(table: Path) -> list[Row]:
    """The rows of a small table; none where it is not there."""
    return [row for file in live_files(table) for row in _table(file)]


def _table(file: Path) -> list[Row]:
    # Times in nanoseconds, as Spark writes them, want pandas, and so does `read_table`.
    rows: list[Row] = pq.ParquetFile(file, coerce_int96_timestamp_unit="us").read().to_pylist()
    return rows


def live_files(table: Path) -> list[Path]:
    """The files that hold the table's rows: the newest checkpoint's, and what was done since."""
    points = sorted((table / "_delta_log").glob("*.checkpoint.parquet"))
    kept = pq.ParquetFile(points[-1]).read(["add"])["add"].to_pylist() if points else []
    live = {add["path"] for add in kept if add}
    since = points[-1].name.partition(".")[0] if points else ""
    for commit in commits(table):
        for action in actions(commit) if commit.stem > since else ():
            live -= {action["remove"]["path"]} if "remove" in action else set()
            live |= {action["add"]["path"]} if "add" in action else set()
    return [table / path for path in sorted(live)]


def newest_commit(table: Path) -> dict[str, Any]:
    """What the newest commit says of itself; empty when there is none."""
    made = commits(table)
    told = (a["commitInfo"] for a in actions(made[-1]) if "commitInfo" in a) if made else iter(())
    return dict(next(told, {}))


def commits(table: Path) -> list[Path]:
    """The files of a table's commits, oldest first."""
    return sorted(path for path in (table / "_delta_log").glob("*.json") if path.stem.isdigit())


def actions(commit: Path) -> Iterator[dict[str, Any]]:
    """What a commit says, in its order."""
    with commit.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
