"""Everything of a province in one file, for handing over."""

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CHUNK = 1 << 20


def write_bundles(folder: Path, files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """`bundles/<province>.zip` each; the same files give the same bytes. Workbooks are zips."""
    provinces: dict[str, list[str]] = defaultdict(list)
    for entry in files:
        if entry["file"].endswith(".xlsx"):
            provinces[entry["file"].split("/")[1]].append(entry["file"])
    (folder / "bundles").mkdir()
    return [_bundle(folder, name, sorted(found)) for name, found in sorted(provinces.items())]


def _bundle(folder: Path, province: str, files: Sequence[str]) -> dict[str, Any]:
    name = f"bundles/{province}.zip"
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            with archive.open(file.split("/", 1)[1], "w") as part:
                part.write((folder / file).read_bytes())
    digest = hashlib.sha256()
    with (folder / name).open("rb") as file_:
        while chunk := file_.read(CHUNK):
            digest.update(chunk)
    size = (folder / name).stat().st_size
    return {"file": name, "files": len(files), "sha256": digest.hexdigest(), "bytes": size}
