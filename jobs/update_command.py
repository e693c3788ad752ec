"""The command `doichieu update`: a day's rows, into what the last whole run has made."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONF = Path(__file__).resolve().parent.parent / "conf" / "local.toml"


Warehouse = Annotated[Path, typer.Option(help="Folder of the tables, lists and logs.")]
Residents = Annotated[
    str, typer.Option(help="Residents that are new or have changed: file, folder, table or JDBC.")
]
Doses = Annotated[str, typer.Option(help="Dose rows that are new or have changed, likewise.")]
Conf = Annotated[Path, typer.Option(help="Where and how it runs.")]
MatchingFile = Annotated[
    Path | None, typer.Option("--matching", help="What matches. [default: beside --conf]")
]
RunId = Annotated[str | None, typer.Option(help="Name of the update.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress lines.")]
Json = Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")]


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
    """Take in the rows of a day: do again what they may change, by the model of the last run."""
    from jobs.command import Request
    from jobs.errors import ConfigError
    from jobs.summary import tell
    from jobs.update import updated

    if not residents and not doses:
        raise ConfigError("update takes a day's rows in; give --residents, --doses or both")
    request = Request(warehouse, conf, matching, residents, doses, run_id, quiet, as_json)
    tell(updated(request), as_json=as_json)
