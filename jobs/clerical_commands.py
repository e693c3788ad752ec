"""The commands of clerical review: `doichieu sample` and `doichieu answers`."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.options import DEFAULT_CONF, Conf, Json, Warehouse


def sample(
    warehouse: Warehouse,
    out: Annotated[Path, typer.Option(help="File to write, .xlsx or .csv: personal data.")],
    per_band: Annotated[int, typer.Option(min=1, max=5_000, help="Pairs per score band.")] = 50,
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Draw pairs of every score band for people to judge."""
    from jobs import clerical
    from jobs.command import opened
    from jobs.config import Settings, load
    from jobs.figures import show

    with opened(warehouse, conf, "sample") as tables:
        show(clerical.sample(tables, load(conf, Settings), out, per_band), as_json=as_json)


def answers(
    file: Annotated[Path, typer.Argument(help="The sample with its answers.")],
    warehouse: Warehouse,
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Read the answers to a sample, and show how many pairs of each band are one person."""
    from jobs import clerical
    from jobs.command import opened
    from jobs.figures import show

    with opened(warehouse, conf, "answers") as tables:
        show(clerical.answers(tables, file), as_json=as_json)
