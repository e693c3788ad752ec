"""A publication as a folder: built aside, checked, then put in place; the previous one is kept."""

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


def fresh_staging(output: Path, run_id: str) -> Path:
    """An empty folder beside `output`, and no remains of publications that were broken off."""
    for remains in output.parent.glob(f"{output.name}.tmp-*"):
        shutil.rmtree(remains)
    staging = output.with_name(f"{output.name}.tmp-{run_id}")
    staging.mkdir(parents=True)
    return staging


def sweep(staging: Path) -> None:
    """Take away what tasks that died half-way, and were repeated, have left behind."""
    for remains in staging.rglob("*.partial"):
        remains.unlink()


def write_manifest(
    staging: Path, totals: Mapping[str, Any], files: Sequence[Any], name: str = MANIFEST
) -> None:
    """What was published, in name order; it names no run and no hour: same lists, same bytes."""
    manifest = {"format": 1, **totals, "files": sorted(files, key=lambda entry: entry["file"])}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (staging / name).write_text(text + "\n", encoding="utf-8")


def put_in_place(staging: Path, output: Path) -> None:
    """`staging` becomes `output`; a publication that says something else becomes the previous.

    Nothing is deleted in between, for that takes long; killed, it is gone on with next time.
    """
    previous, gone = (output.with_name(f"{output.name}.{end}") for end in ("previous", "tmp-gone"))
    if output.exists() and _same(staging, output):
        output.rename(gone)
    elif output.exists():
        with suppress(FileNotFoundError):
            previous.rename(gone)
        output.rename(previous)
    staging.rename(output)
    with suppress(FileNotFoundError):
        shutil.rmtree(gone)


def _same(one: Path, other: Path) -> bool:
    manifests = (one / MANIFEST, other / MANIFEST)
    return all(m.exists() for m in manifests) and _told(manifests[0]) == _told(manifests[1])


def _told(manifest: Path) -> dict[str, Any]:
    """What a manifest says of contents: a workbook protected anew says the same in other bytes."""
    read: dict[str, Any] = json.loads(manifest.read_bytes())
    files = [e | {"sha256": e.get("content_sha256", e["sha256"])} for e in read["files"]]
    return read | {"files": files}
