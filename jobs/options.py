"""The options that several commands have, spelled once."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONF = Path(__file__).resolve().parent.parent / "conf" / "local.toml"

Warehouse = Annotated[Path, typer.Option(help="Folder of the tables, lists and logs.")]
Conf = Annotated[Path, typer.Option(help="Where and how it runs.")]
MatchingFile = Annotated[
    Path | None, typer.Option("--matching", help="What matches. [default: beside --conf]")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress lines.")]
Json = Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")]
