"""The part of the national page that tells how far the work is: answers, provinces, days left."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]
SHOWN_RUNS = 12
LONGEST_DAYS = 3_650  # a pace that needs longer says nothing
SHEETS = {
    "platform": "to correct",
    "review": "to decide",
    "population": "the register's own",
    "doses": "doubles, impossible doses",
}


def shown(tables: Tables, names: Mapping[str, str]) -> dict[str, Any]:
    """What the page's sections on the lists and their way back show; `names` of provinces."""
    runs = over_time(tables["open"])
    return {
        "answers": [row | {"name": SHEETS[row["sheet"]]} for row in _dicts(tables, "answers")],
        "effects": tables.get("effects", ()),
        "grades": tables.get("grades", ()),
        "runs": runs,
        "provinces": provinces(tables["open"], names),
        "burn_down": burn_down(tables["workload"], tables["runs"], runs),
        "unentered": unentered(_dicts(tables, "unentered"), names),
    }


def _dicts(tables: Tables, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in tables.get(name, ())]


def over_time(lines: Rows) -> list[dict[str, Any]]:
    """Open and all dose rows of the nation by run, in time."""
    sums: dict[str, dict[str, Any]] = {}
    for line in lines:
        found = sums.setdefault(
            line["run_id"], {"run": line["run_id"], "at": line["started_at"], "open": 0, "rows": 0}
        )
        found["open"] += line["open"]
        found["rows"] += line["rows"]
    return sorted(sums.values(), key=lambda run: (run["at"], run["run"]))


def drawn(lines: Rows) -> list[dict[str, Any]]:
    """The last runs as the chart draws them."""
    return [{"run": run["run"], "open": run["open"]} for run in over_time(lines)[-SHOWN_RUNS:]]


def provinces(lines: Rows, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Open dose rows of each province at first, the run before and now; most open first."""
    order = [run["run"] for run in over_time(lines)]
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in lines:
        found[line["province_code"]][line["run_id"]] = line["open"]
    if not order:
        return []
    told = [
        {
            "province": names.get(code, code or "not known"),
            "first": by_run.get(order[0]),
            "before": by_run.get(order[-2]) if len(order) > 1 else None,
            "now": by_run.get(order[-1], 0),
        }
        for code, by_run in found.items()
    ]
    return sorted(told, key=lambda row: (-row["now"], row["province"]))


def burn_down(workload: Rows, runs: Rows, history: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is left until the lists are wanted back: work, days, and how many people that takes."""
    if not workload or not runs:
        return {}
    [work], [run] = workload, runs
    due = datetime.strptime(work["due"], "%d/%m/%Y").date()
    days = max(0, (due - run["started_at"].date()).days)
    daily = work["minutes_per_day"]
    return dict(work) | {
        "hours": work["minutes"] / 60,
        "days": days,
        "people": ceil(work["minutes"] / (daily * days)) if days else None,
        "finished_on": finished_on(history),
    }


def finished_on(history: Sequence[Mapping[str, Any]]) -> date | None:
    """The day nothing is open any more at the pace since the first run; None without a pace."""
    if len(history) < 2:
        return None
    first, last = history[0], history[-1]
    hours = (last["at"] - first["at"]).total_seconds() / 3_600
    solved = first["open"] - last["open"]
    if solved <= 0 or hours <= 0:
        return None
    left = last["open"] * hours / solved / 24
    return last["at"].date() + timedelta(days=ceil(left)) if left < LONGEST_DAYS else None


def unentered(rows: Sequence[dict[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    """Doses given and never recorded: the nation, and each province."""
    if not rows:
        return {}
    counted = ("administered", "recorded", "missing", "surplus")
    whole = {name: sum(row[name] for row in rows) for name in counted}
    named = [row | {"province": names.get(row["province_code"], "not known")} for row in rows]
    return {"whole": whole, "provinces": named}
