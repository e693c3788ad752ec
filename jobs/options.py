"""The options that several commands have, spelled once."""

import re
from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from jobs.errors import ConfigError

DEFAULT_CONF = Path(__file__).resolve().parent.parent / "conf" / "local.toml"
# In the address of a table these mean something else, or nothing at all.
UNUSABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\\\[\]^|#?]|%[0-9A-Fa-f]{2}")


def folder_of_tables(given: str) -> Path:
    """The folder that a command line names; ConfigError where it cannot be one of tables."""
    if not given.strip():
        raise ConfigError("--warehouse is empty; name a folder")
    path = Path(given)
    if sign := UNUSABLE.search(str(path.resolve())):
        raise ConfigError(
            f"--warehouse {_shown(given)}: no table can be kept below a folder with "
            f"“{_shown(sign[0])}” in its name; choose another name"
        )
    refuse_file("--warehouse", path)
    return path


def refuse_file(option: str, path: Path) -> None:
    """ConfigError where the folder that an option names, or one above it, is a file."""
    try:
        file = next((part for part in (path, *path.parents) if part.is_file()), None)
    except OSError as error:
        raise ConfigError(f"{option}: {error.strerror}; name another folder") from error
    if file is not None:
        raise ConfigError(f"{option} {path}: {file} is a file; name a folder")


def _shown(text: str) -> str:
    return text if text.isprintable() else repr(text)[1:-1]


def warehouse_option(told: str) -> OptionInfo:
    """An option that names a warehouse, explained by `told`."""
    option: OptionInfo = typer.Option(help=told, parser=folder_of_tables, metavar="PATH")
    return option


Warehouse = Annotated[Path, warehouse_option("Folder of the tables, lists and logs.")]
Conf = Annotated[Path, typer.Option(help="Settings: where and how to run.")]
MatchingFile = Annotated[
    Path | None, typer.Option("--matching", help="What matches (default: the file beside --conf).")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress lines.")]
Json = Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")]
Residents = Annotated[str, typer.Option(help="Population register: file, folder, table or JDBC.")]
Doses = Annotated[str, typer.Option(help="Vaccination register: file, folder, table or JDBC.")]
RunId = Annotated[str | None, typer.Option(help="Name of the run; a known one is resumed.")]
Until = Annotated[
    str | None, typer.Option(help="Stop after this stage; resume with the same --run-id.")
]

Administered = Annotated[
    str | None, typer.Option(help="Doses given per facility, day and vaccine, for the report.")
]
Anew = Annotated[
    bool, typer.Option("--anew", help="Recompute every stage, even if its inputs are unchanged.")
]
