"""The pinned jars: which files must lie in the jars folder, byte for byte."""

import hashlib
from pathlib import Path

from pydantic import BaseModel

from jobs.config import ROOT, load

PINS = ROOT / "conf" / "jars.toml"


class JarGroup(BaseModel, frozen=True, extra="forbid"):
    """Coordinates that are resolved together, and the files they are known to bring."""

    packages: tuple[str, ...]
    excludes: tuple[str, ...] = ()
    sha256: dict[str, str] = {}


class JarPins(JarGroup, frozen=True, extra="forbid"):
    """The required jars, and groups that set-up can do without."""

    optional: dict[str, JarGroup] = {}


def pins(path: Path = PINS) -> JarPins:
    """What conf/jars.toml asks for."""
    return load(path, JarPins)


def sha256(path: Path) -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered(folder: Path, group: JarGroup) -> list[str]:
    """Names of the jars of `group` that are missing from `folder` or not the pinned bytes."""
    return [
        name
        for name, pinned in group.sha256.items()
        if not (folder / name).is_file() or sha256(folder / name) != pinned
    ]
