"""The Excel passwords of the provinces, from a file for its owner alone."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from jobs.errors import ConfigError
from jobs.lists.protection import NOWHERE, Passwords
from jobs.reference import rows

OTHERS = 0o077
SHORTEST, LONGEST = 8, 255  # Excel takes no longer one


def list_passwords(path: Path | None) -> Passwords:
    """`38 = "…"` by province code, `x` where the province is not known; none without a file.

    No message shows a password.
    """
    if path is None:
        return Passwords()
    try:
        if path.stat().st_mode & OTHERS:
            raise ConfigError(f"{path}: others can read the passwords; chmod 600 {path}")
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: no such file of passwords that can be read") from error
    except tomllib.TOMLDecodeError:
        # The error itself quotes what stands there.
        raise ConfigError(f'{path}: not valid TOML; write lines like 38 = "…"') from None
    _checked(path, read)
    return Passwords(read)


def refuse_strangers(passwords: Passwords, reference_dir: Path) -> None:
    """Stop where a password is for no province there is: its workbooks would go out without one."""
    known = {row["province_code"] for row in rows(reference_dir, "admin_units.csv")}
    unknown = sorted(passwords.by_province.keys() - known - {NOWHERE})
    if unknown:
        raise ConfigError(
            f"passwords for {', '.join(unknown)}: no such province; see admin_units.csv"
        )


def _checked(path: Path, read: Mapping[str, object]) -> None:
    wrong = sorted(code for code, word in read.items() if not _usable(code, word))
    if wrong or not read:
        raise ConfigError(
            f"{path}: no usable password for {', '.join(wrong) or 'any province'}; write lines "
            f'like 38 = "…", province code and {SHORTEST} to {LONGEST} characters'
        )


def _usable(code: str, word: object) -> bool:
    known = code == NOWHERE or (len(code) == len("38") and code.isdecimal() and code.isascii())
    if not known or not isinstance(word, str):
        return False
    return SHORTEST <= len(word) <= LONGEST and word.isprintable()
