"""The commands of the lists' way out and back: `doichieu publish` and `doichieu receive`."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.options import DEFAULT_CONF, Conf, Json, MatchingFile, Quiet, Warehouse

Passwords = Annotated[
    Path | None, typer.Option(help="File of the provinces' Excel passwords (default: settings).")
]


def publish(
    warehouse: Warehouse,
    province: Annotated[
        list[str] | None, typer.Option(help="Code of a province, for a pilot; may be repeated.")
    ] = None,
    pilot: Annotated[
        bool, typer.Option("--pilot", help="Publish as a pilot, marked as one.")
    ] = False,
    conf: Conf = DEFAULT_CONF,
    matching: MatchingFile = None,
    passwords: Passwords = None,
    run_id: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    from jobs.command import Request, one_stage, trial
    from jobs.errors import ConfigError
    from jobs.figures import show
    from jobs.summary import tell

    provinces = tuple(province or ())
    if bool(provinces) != pilot:
        raise ConfigError("lists for some provinces are a pilot: give --province and --pilot")
    request = Request(
        warehouse=warehouse,
        conf=conf,
        matching=matching,
        run_id=run_id,
        quiet=quiet,
        as_json=as_json,
        passwords=passwords,
    )
    if pilot:
        show(trial(request, provinces), as_json=as_json)
    else:
        tell(one_stage(request, "publish"), as_json=as_json)


def receive(
    paths: Annotated[list[Path], typer.Argument(help="Workbooks that came back, or folders.")],
    warehouse: Warehouse,
    conf: Conf = DEFAULT_CONF,
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Also take the sound rows of broken files.")
    ] = False,
    passwords: Passwords = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Read returned lists; refuse what cannot be trusted, with a report for the clerk."""
    from jobs.command import opened
    from jobs.config import Settings, load
    from jobs.counting import counting
    from jobs.figures import show
    from jobs.list_passwords import list_passwords
    from jobs.receive import Post, workbooks
    from jobs.receive import receive as take_in
    from jobs.reference import province_of_communes

    found = workbooks(paths)  # before Spark starts: a mistyped path is told at once
    settings = load(conf, Settings)
    known = list_passwords(passwords or settings.passwords)
    post = Post(known, province_of_communes(settings.reference_dir))
    told = counting(quiet=quiet, as_json=as_json)
    with opened(warehouse, conf, "receive") as tables:
        show(take_in(tables, found, good_rows=good_rows, post=post, told=told), as_json=as_json)
