"""The command `doichieu match`: its options, and its figures on the terminal."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONF = Path(__file__).resolve().parent.parent / "conf" / "local.toml"


def match(
    left: Annotated[str, typer.Option(help="Table to match: CSV, Parquet or Delta.")],
    matching: Annotated[Path, typer.Option(help="What matches; docs/matching.md explains it.")],
    out: Annotated[Path, typer.Option(help="Folder for links or clusters, pairs and model.")],
    right: Annotated[
        str | None, typer.Option(help="The other table; without it, find doubles in --left.")
    ] = None,
    conf: Annotated[Path, typer.Option(help="Where and how it runs.")] = DEFAULT_CONF,
    as_json: Annotated[
        bool, typer.Option("--json", help="Results as JSON on standard output.")
    ] = False,
) -> None:
    """Link two tables of any columns, or find the doubles in one."""
    from jobs.figures import tell
    from jobs.match import Request, match

    facts = match(Request(left, right, matching, out, conf))
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
    else:
        tell(facts)
        sys.stdout.write(f"written to {out}\n")
