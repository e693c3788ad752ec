"""The last look at a publication before anybody sees it: what lies there is what was written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jobs.errors import LedgerError
from jobs.lists.protection import Keyring, Passwords
from jobs.lists.returned import read_returned

Entry = Mapping[str, Any]
READ_BACK = 200


def check_folder(folder: Path, entries: Sequence[Entry]) -> None:
    """No file is there that the manifest does not name, and none is missing or of another size."""
    there = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file()
    }
    named = {entry["file"]: entry["bytes"] for entry in entries}
    off = sorted(name for name in there.keys() | named.keys() if there.get(name) != named.get(name))
    if off:
        raise LedgerError(
            f"nothing was published: {len(off)} file(s) are not as they were written, the first "
            f"{off[0]}; see who else writes to {folder.parent}, and publish again"
        )


def check_seals(
    folder: Path, entries: Sequence[Entry], secret: bytes, passwords: Passwords
) -> None:
    """Workbooks, evenly chosen, read back as a commune would send them: all seals hold.

    Each lies in the folder of the place that its list, sealed too, is named after.
    """
    books = sorted((e for e in entries if e["file"].endswith(".xlsx")), key=lambda e: e["file"])
    for entry in books[:: max(1, len(books) // READ_BACK)]:
        password = passwords.of(entry["province_code"])
        keyring = Keyring([password] if password else [])
        found = read_returned(folder / entry["file"], secret, keyring)
        mark = found.mark
        sealed = (mark.list_id, mark.version) if mark else None
        if found.refused or sealed != (entry["list_id"], entry["version"]):
            raise LedgerError(
                f"nothing was published: {entry['file']} does not read back as it was sealed; "
                "publish again"
            )
        if place_of(entry["file"]) != "-".join(entry["list_id"].split("-")[:3]):
            raise LedgerError(
                f"nothing was published: {entry['file']} lies outside the place of its list "
                f"{entry['list_id']}"
            )


def place_of(file: str) -> str:
    """The codes in the path of a list, as its list is named: 38-394-15856, x where unknown."""
    parts = [part.split("-")[0].removesuffix(".xlsx") for part in file.split("/")[1:]]
    return "-".join(part if part.isdigit() else "x" for part in parts)
