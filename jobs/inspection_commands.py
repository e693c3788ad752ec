"""The commands that look into a warehouse: `doichieu explain` and `doichieu evaluate`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONF = Path(__file__).resolve().parent.parent / "conf" / "local.toml"

Warehouse = Annotated[Path, typer.Option(help="Folder of the tables, lists and logs.")]
Conf = Annotated[Path, typer.Option(help="Where and how it runs.")]
Json = Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")]


def explain(
    dose_id: Annotated[str, typer.Argument(help="The dose row to explain.")],
    warehouse: Warehouse,
    html: Annotated[
        Path | None, typer.Option(help="Also write a page here, readable by you alone.")
    ] = None,
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Show why one dose row was decided as it was: personal data, for your own eyes."""
    from jobs import explain as explanation
    from jobs.command import opened
    from jobs.config import Settings, load

    page = explanation.writable(html) if html is not None else None
    with opened(warehouse, conf, "explain") as tables:
        found = explanation.explain(tables, dose_id)
    if page is not None:
        explanation.write_page(found, load(conf, Settings).reference_dir, page)
    explanation.tell(found) if not as_json else _print_json(found.facts())
    if page is not None and not as_json:
        sys.stdout.write(f"written to {page} (personal data: only you can read it)\n")


def evaluate(
    warehouse: Warehouse,
    truth: Annotated[str, typer.Option(help="The truth; docs/evaluation.md tells its columns.")],
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Compare the dispositions with a known truth: every promise, every subgroup."""
    from jobs import evaluate as evaluation
    from jobs.command import opened
    from jobs.evaluation_tables import tell

    with opened(warehouse, conf, "evaluate") as tables:
        facts = evaluation.evaluate(tables, truth)
    tell(facts) if not as_json else _print_json(facts)


def _print_json(facts: object) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2, default=str) + "\n")
