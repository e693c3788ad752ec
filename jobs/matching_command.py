"""The command `doichieu match`: its options, and its figures on the terminal."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.options import DEFAULT_CONF, Conf, Json


def match(
    left: Annotated[str, typer.Option(help="Table to match: CSV, Parquet or Delta.")],
    matching: Annotated[Path, typer.Option(help="Matching file; docs/matching.md explains it.")],
    out: Annotated[Path, typer.Option(help="Folder for links or clusters, pairs and model.")],
    right: Annotated[
        str | None, typer.Option(help="The other table; without it, find duplicates in --left.")
    ] = None,
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Link two tables of any columns, or find duplicates in one."""
    from jobs.figures import show
    from jobs.match import Request, match

    facts = match(Request(left, right, matching, out, conf))
    show(facts, as_json=as_json)
    if not as_json:
        sys.stdout.write(f"written to {out}\n")
