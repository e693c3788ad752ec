"""Excel's own password on a workbook: put on when it goes out, taken off when it comes back.

ECMA-376 agile encryption (AES-256, SHA-512): spreadsheet programs ask for the password and open it.
The libraries are loaded only where there is a password, for executors may lack them.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers.expat import ExpatError

NOWHERE = "x"  # stands for the province of rows whose place is not known
OLE = b"\xd0\xcf\x11\xe0"
PACKAGE = "EncryptedPackage".encode("utf-16-le")
INFO, LONGEST_INFO = "EncryptionInfo", 20_000
MOST_ROUNDS = 1_000_000  # of hashing; programs use 100,000, and a stranger could ask for years
# What the libraries raise on files that somebody has made or broken.
BROKEN = (
    OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error,
    ExpatError,
)  # fmt: skip


@dataclass(frozen=True)
class Passwords:
    """Passwords by province code; they show in no text of this object."""

    by_province: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, province_code: str | None) -> str | None:
        """The province's password; that of `x` for rows whose province is not known."""
        return self.by_province.get(province_code or NOWHERE)


class Keyring:
    """Passwords to try; the one that fitted last first, for files of a province come together.

    A wrong one costs as long as the right one: `likely` is tried before all others.
    """

    def __init__(self, passwords: Iterable[str] = ()) -> None:
        self._passwords = list(dict.fromkeys(passwords))

    def unlocked(self, content: bytes, likely: str | None = None) -> bytes | None:
        """The workbook inside; None where no password fits or nothing sound is inside."""
        for password in sorted(self._passwords, key=lambda known: known != likely):
            found = unprotected(content, password)
            if found is not None:
                self._passwords.remove(password)
                self._passwords.insert(0, password)
                return found
        return None


def protected(content: bytes, password: str) -> bytes:
    """The workbook as a file that asks for the password; other bytes each time, by its salts."""
    from msoffcrypto.format.ooxml import OOXMLFile

    buffer = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, buffer)
    return buffer.getvalue()


def is_protected(content: bytes) -> bool:
    """Whether it is a workbook behind a password, and not a spreadsheet of the nineties."""
    return content.startswith(OLE) and PACKAGE in content


def unprotected(content: bytes, password: str) -> bytes | None:
    """The workbook behind the password; None where it is another, or the file is not sound."""
    from msoffcrypto import exceptions

    refused = (exceptions.DecryptionError, exceptions.FileFormatError, exceptions.ParseError)
    try:
        return _decrypted(content, password)
    except (*BROKEN, *refused):
        return None


def _decrypted(content: bytes, password: str) -> bytes | None:
    from msoffcrypto.format.ooxml import OOXMLFile
    from olefile import OleFileIO

    with OleFileIO(BytesIO(content)) as ole:
        if ole.get_size(INFO) > LONGEST_INFO:
            return None
    book = OOXMLFile(BytesIO(content))
    if book.info.get("spinValue", 0) > MOST_ROUNDS:
        return None
    buffer = BytesIO()
    book.load_key(password=password)
    book.decrypt(buffer)  # an error where it is no archive: another password
    return buffer.getvalue()
