"""The commands that look into a warehouse, or ahead: `explain`, `evaluate` and `plan`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.options import DEFAULT_CONF, Conf, Json, MatchingFile, Warehouse, warehouse_option
from jobs.results import print_json


def explain(
    dose_id: Annotated[str, typer.Argument(help="The dose row to explain.")],
    warehouse: Warehouse,
    html: Annotated[
        Path | None, typer.Option(help="Also write an HTML page here, readable only by you.")
    ] = None,
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Show why one dose row was decided as it was; prints personal data."""
    from jobs import explain as explanation
    from jobs.command import opened
    from jobs.config import Settings, load

    page = explanation.writable(html) if html is not None else None
    with opened(warehouse, conf, "explain") as tables:
        found = explanation.explain(tables, dose_id)
    if page is not None:
        explanation.write_page(found, load(conf, Settings).reference_dir, page)
    if as_json:
        print_json(found.facts())
        return
    explanation.tell(found)
    if page is not None:
        sys.stdout.write(f"written to {page} (personal data: only you can read it)\n")


def evaluate(
    warehouse: Warehouse,
    truth: Annotated[str, typer.Option(help="The truth; docs/evaluation.md lists its columns.")],
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Compare the dispositions with a known truth: every promise, every subgroup."""
    from jobs import evaluate as evaluation
    from jobs.command import opened
    from jobs.evaluation_tables import tell

    with opened(warehouse, conf, "evaluate") as tables:
        facts = evaluation.evaluate(tables, truth)
    if as_json:
        print_json(facts)
    else:
        tell(facts)


def plan(
    warehouse: Annotated[
        Path | None, warehouse_option("Warehouse whose blocking to predict.")
    ] = None,
    residents: Annotated[
        int | None, typer.Option(min=1, help="Residents of a hypothetical nation.")
    ] = None,
    doses: Annotated[int | None, typer.Option(min=1, help="Dose rows of that nation.")] = None,
    cores: Annotated[int | None, typer.Option(min=1, help="Cores to assume.")] = None,
    conf: Conf = DEFAULT_CONF,
    matching: MatchingFile = None,
    as_json: Json = False,
) -> None:
    """Predict the cost of each blocking rule in a warehouse, or of a run of any size."""
    from jobs.errors import ConfigError
    from jobs.figures import show

    match warehouse, residents, doses, cores:
        case Path(), None, None, None:
            facts = _planned(warehouse, conf, matching)
        case None, int(), int(), int():
            facts = _forecast(residents, doses, cores)
        case _:
            raise ConfigError(
                "plan needs --warehouse, or else all of --residents, --doses and --cores"
            )
    show(facts, as_json=as_json)


def _planned(warehouse: Path, conf: Path, matching: Path | None) -> dict[str, object]:
    from jobs import plan as planning
    from jobs.command import matching_file, opened
    from jobs.config import Matching, load

    rules = load(matching_file(conf, matching), Matching)
    with opened(warehouse, conf, "plan") as tables:
        return planning.plan(tables, rules)


def _forecast(residents: int, doses: int, cores: int) -> dict[str, object]:
    from jobs import plan as planning
    from transforms.costs import Size

    return planning.of_size(Size(residents=residents, doses=doses, cores=cores))
