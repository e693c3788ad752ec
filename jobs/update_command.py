"""The command `doichieu update`: a day's rows, into what the last whole run has made."""

from typing import Annotated

import typer

from jobs.options import DEFAULT_CONF, Conf, Json, MatchingFile, Quiet, Warehouse

Residents = Annotated[
    str, typer.Option(help="New and changed residents: file, folder, table or JDBC.")
]
Doses = Annotated[str, typer.Option(help="New and changed dose rows, likewise.")]
RunId = Annotated[str | None, typer.Option(help="Name of the update.")]


def update(
    warehouse: Warehouse,
    residents: Residents = "",
    doses: Doses = "",
    conf: Conf = DEFAULT_CONF,
    matching: MatchingFile = None,
    run_id: RunId = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take in a day's rows: recompute what they affect, using the last run's model."""
    from jobs.command import Request
    from jobs.errors import ConfigError
    from jobs.summary import tell
    from jobs.update import updated

    if not residents and not doses:
        raise ConfigError("update takes a day's rows in; give --residents, --doses or both")
    request = Request(
        warehouse=warehouse,
        conf=conf,
        matching=matching,
        residents=residents,
        doses=doses,
        run_id=run_id,
        quiet=quiet,
        as_json=as_json,
    )
    tell(updated(request), as_json=as_json)
