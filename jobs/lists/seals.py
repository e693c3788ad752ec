"""Seals: what proves that a returned row is the row that went out, in the list it went out in.

HMAC-SHA256 (RFC 2104) over everything locked in a row; whoever has not the secret cannot make one.
"""

import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

SEAL = 16  # hex digits: 64 bits
VERSION = 8
UNIT = " ␟ "  # with its blanks, so that a blank at the edge of a cell makes no difference
MARK = "DOICHIEU"


class ListMark(NamedTuple):
    """What the first sheet of a workbook says of itself."""

    list_id: str
    version: str
    rows: int


def settled(texts: Iterable[str]) -> str:
    """Cell texts as one text that survives spreadsheets: NFC, every run of blanks one space."""
    return " ".join(unicodedata.normalize("NFC", UNIT.join(texts)).split())


def seal(secret: bytes, *texts: str) -> str:
    """The seal of these texts in this order."""
    return hmac.digest(secret, settled(texts).encode(), "sha256").hex()[:SEAL]


def sealed_row(secret: bytes, list_id: str, code: str, locked: Sequence[str]) -> str:
    """The key of a row: what it is about, and the seal over list, key and all locked cells."""
    return f"{code}-{seal(secret, list_id, code, *locked)}"


def version_of(secret: bytes, keys: Iterable[str]) -> str:
    """The version of a list: other rows, or one other cell, make another; their order does not."""
    return seal(secret, *sorted(keys))[:VERSION]


def sealed_list(secret: bytes, mark: ListMark) -> str:
    """One cell of text that names list, version and number of rows, and proves it."""
    said = (MARK, mark.list_id, mark.version, str(mark.rows))
    return "|".join((*said, seal(secret, *said)))


def opened_list(secret: bytes, text: str) -> ListMark | None:
    """What a sealed text says; None where it is not ours, or changed."""
    *said, found = text.strip().split("|")
    if len(said) != 1 + len(ListMark._fields) or said[0] != MARK or not said[3].isdigit():
        return None
    if not hmac.compare_digest(seal(secret, *said).encode(), found.encode()):
        return None
    return ListMark(said[1], said[2], int(said[3]))
