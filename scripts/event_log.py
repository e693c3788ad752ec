"""What each stage of a run moved and held, from Spark's event log."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Event = dict[str, Any]


@dataclass
class Use:
    """Bytes written for shuffles, and the memory of the largest task."""

    shuffle_bytes: int = 0
    task_memory_bytes: int = 0

    def add(self, metrics: Event) -> None:
        moved = metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
        held = metrics.get("Peak Execution Memory", 0)
        self.shuffle_bytes += moved
        self.task_memory_bytes = max(self.task_memory_bytes, held)


def newest(events: Path) -> Path:
    return max(events.glob("eventlog_v2_*"), key=lambda folder: folder.stat().st_mtime)


def uses(log: Path) -> dict[str, Use]:
    """By the job group, which is the name of the stage; what belongs to none under ""."""
    group: dict[int, str] = {}
    found: dict[str, Use] = defaultdict(Use)
    for event in _read(log):
        if event["Event"] == "SparkListenerJobStart":
            name = (event.get("Properties") or {}).get("spark.jobGroup.id", "")
            group |= dict.fromkeys(event["Stage IDs"], name)
        elif event["Event"] == "SparkListenerTaskEnd":
            found[group.get(event["Stage ID"], "")].add(event.get("Task Metrics") or {})
    return dict(found)


def _read(log: Path) -> Iterator[Event]:
    wanted = tuple(f'{{"Event":"SparkListener{kind}"' for kind in ("JobStart", "TaskEnd"))
    for part in sorted(log.glob("events_*")):
        with part.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.startswith(wanted))
