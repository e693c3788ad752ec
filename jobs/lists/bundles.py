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
    provinces: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in sorted(files, key=lambda entry: entry["file"]):
        if entry["file"].endswith(".xlsx"):
            provinces[entry["file"].split("/")[1]].append(entry)
    (folder / "bundles").mkdir()
    return [_bundle(folder, name, found) for name, found in sorted(provinces.items())]


def _bundle(folder: Path, province: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    name, files = f"bundles/{province}.zip", [entry["file"] for entry in entries]
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            with archive.open(file.split("/", 1)[1], "w") as part:
                part.write((folder / file).read_bytes())
    digest = hashlib.sha256()
    with (folder / name).open("rb") as file_:
        while chunk := file_.read(CHUNK):
            digest.update(chunk)
    size = (folder / name).stat().st_size
    told = {"file": name, "files": len(files), "sha256": digest.hexdigest(), "bytes": size}
    return told | _inside(entries)


def _inside(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The digest of all contents, where some are behind a password: their bytes never stay."""
    if not any("content_sha256" in entry for entry in entries):
        return {}
    contents = (entry.get("content_sha256", entry["sha256"]) for entry in entries)
    return {"content_sha256": hashlib.sha256("".join(contents).encode()).hexdigest()}
