"""Returned files are strangers: nothing of one is read before all of it has been looked at."""

import re
import zipfile
from io import BytesIO

from jobs.lists import refusals
from jobs.lists.protection import OLE, Keyring, is_protected

LARGEST_FILE = 60_000_000
LARGEST_UNPACKED = 400_000_000
MOST_ENTRIES = 200
PIECE = 1 << 20
ZIP = b"PK"
OVERLAP = 64
# What a list never holds, by the name of the part.
FORBIDDEN_PARTS = (
    ("vbaproject", refusals.MACRO),
    ("xl/macrosheets/", refusals.MACRO),
    ("xl/dialogsheets/", refusals.MACRO),
    ("xl/externallinks/", refusals.EXTERNAL),
    ("xl/connections", refusals.EXTERNAL),
    ("xl/querytables/", refusals.EXTERNAL),
    ("xl/embeddings/", refusals.EMBEDDED),
    ("xl/activex/", refusals.EMBEDDED),
    ("customui/", refusals.MACRO),
)
# The same by its text, in any XML part.
FORBIDDEN_TEXT = (
    (re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE), refusals.DAMAGED),
    (re.compile(rb"<(\w+:)?f[\s>/]"), refusals.FORMULA),
    (re.compile(rb"<(\w+:)?(ddeLink|oleLink|externalReference)\b"), refusals.EXTERNAL),
)
# The same in all parts but those of cells: these letters are no markup in a text, and may be typed
# as anything else; where they link, they stand in a part of relationships.
FORBIDDEN_LINK = (
    (re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE), refusals.EXTERNAL),
)
OF_CELLS = re.compile(r"xl/(worksheets/[^/]+|sharedstrings)\.xml")
# In two bytes a letter, XML would say all of this unseen.
WIDE = ((re.compile(rb"\x00"), refusals.DAMAGED),)
XML = (".xml", ".rels")


def unlocked(content: bytes, keyring: Keyring, likely: str | None = None) -> bytes | None:
    """The file without its password; None where it has one that nobody here knows."""
    return keyring.unlocked(content, likely) if is_protected(content) else content


def reason_to_refuse(content: bytes) -> str | None:
    """Why the file must not be opened; None where it is a plain workbook of bearable size."""
    if content.startswith(OLE):
        return refusals.OLD
    if not content.startswith(ZIP):
        return refusals.NO_WORKBOOK
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _of_names(archive) or _of_contents(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return refusals.DAMAGED


def _of_names(archive: zipfile.ZipFile) -> str | None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > LARGEST_UNPACKED:
        return refusals.TOO_LARGE
    names = [_name(entry) for entry in entries]
    if len(set(names)) != len(names):  # two parts of one name: which of them counts?
        return refusals.DAMAGED
    if "xl/workbook.xml" not in names:
        return refusals.NO_WORKBOOK
    for part, reason in FORBIDDEN_PARTS:
        if any(part in name for name in names):
            return reason
    return None


def _name(entry: zipfile.ZipInfo) -> str:
    return entry.filename.lower().replace("\\", "/")


def _patterns(name: str) -> tuple[tuple[re.Pattern[bytes], str], ...]:
    """What the part of this name must not hold."""
    links = () if OF_CELLS.fullmatch(name) else FORBIDDEN_LINK
    return FORBIDDEN_TEXT + links + (WIDE if name.endswith(XML) else ())


def _of_contents(archive: zipfile.ZipFile) -> str | None:
    """Read all of it in pieces, whatever the headers say of its size."""
    left = LARGEST_UNPACKED
    for entry in archive.infolist():
        patterns = _patterns(_name(entry))
        with archive.open(entry) as part:
            before = b""
            while piece := part.read(PIECE):
                left -= len(piece)
                if left < 0:
                    return refusals.TOO_LARGE
                seen = before + piece
                for pattern, reason in patterns:
                    if pattern.search(seen):
                        return reason
                before = seen[-OVERLAP:]
    return None
