"""`tong-hop.csv` of each province: its communes in order of the work that waits there."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jobs.lists import wording
from jobs.lists.files import csv_file, write_whole

NAME = "tong-hop.csv"
HEADINGS = (
    "Thứ tự",
    "Mã huyện",
    "Huyện",
    "Mã xã",
    "Xã",
    "Số người",
    "Số dòng",
    "Số mũi tiêm",
    "Loại a",
    "Loại b",
    "Loại c",
    wording.REVIEW,
    wording.POPULATION,
    "Danh sách",
)
COUNTS = ("people", "rows", "doses", "class_a", "class_b", "class_c", "review", "population")


def write_summaries(folder: Path, communes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One file per province folder, most rows first; returns what the manifest says of each."""
    provinces: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for commune in communes:
        provinces[commune["list"].split("/")[0]].append(commune)
    return [_write(folder, name, found) for name, found in sorted(provinces.items())]


def _write(folder: Path, province: str, communes: list[Mapping[str, Any]]) -> dict[str, Any]:
    ranked = sorted(communes, key=lambda c: (-c["rows"], -c["doses"], c["list"]))
    lines = [_line(rank, commune) for rank, commune in enumerate(ranked, start=1)]
    content = csv_file([HEADINGS, *lines])
    name = f"lists/{province}/{NAME}"
    write_whole(folder / name, content)
    return {
        "file": name,
        "rows": sum(c["rows"] for c in communes),
        "doses": sum(c["doses"] for c in communes),
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def _line(rank: int, commune: Mapping[str, Any]) -> list[object]:
    names = ("district_code", "district_name", "commune_code", "commune_name")
    return [
        rank,
        *(commune[name] or wording.UNKNOWN_PLACE for name in names),
        *(commune[name] for name in COUNTS),
        commune["list"].split("/", 1)[1],
    ]
