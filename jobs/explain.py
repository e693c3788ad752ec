"""Why a dose row was decided as it was: on the terminal, and as a page for its owner's eyes."""

import os
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from jobs.errors import ConfigError
from jobs.explanation import COMPARISONS, Explanation, Facts, read
from jobs.explanation_page import page
from jobs.glossary import in_words
from jobs.tables import Tables

# What is shown side by side: label, column of the profile, column of the resident.
FIELDS = (
    ("identity number", "raw_id_number", "id_number"),
    ("older number", "", "old_id_number"),
    ("full name", "raw_full_name", "full_name"),
    ("date of birth", "raw_date_of_birth", "date_of_birth"),
    ("sex", "raw_sex", "sex"),
    ("phone", "raw_phone", "phone"),
    ("commune", "commune_code", "commune_code"),
    ("household", "", "household_id"),
)
OWNER_ONLY = 0o600


def explain(tables: Tables, dose_id: str) -> Explanation:
    """All that was noted about the dose row; InputError when there is no such row."""
    return read(tables, dose_id)


def writable(path: Path) -> Path:
    """Where a page can be written; ConfigError before any work is done for nothing."""
    if path.is_dir() or not path.parent.is_dir():
        raise ConfigError(f"--html {path}: name a file in a folder that exists")
    return path


def write_page(found: Explanation, reference_dir: Path, path: Path) -> None:
    """The page, whole or not at all; nobody but the owner can read it, not even while written."""
    partial = writable(path).with_name(f"{path.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(page(found, reference_dir))
    partial.replace(path)


def tell(found: Explanation) -> None:
    """Print it: records side by side, comparisons, decision."""
    console = Console(highlight=False)
    pair, rival = found.pair(found.shown), found.runner_up
    console.print(_side_by_side(found, rival))
    if pair or rival:
        console.print(_comparisons(found, pair, rival))
    console.print(Panel(_decision(found, pair, rival), title=found.disposition["disposition"]))


def _side_by_side(found: Explanation, rival: Facts) -> Table:
    table = Table("field", "dose row as declared", title=f"Dose {found.disposition['dose_id']}")
    shown = found.residents.get(found.shown or "", {})
    other = found.residents.get(rival.get("resident_id", ""), {})
    table.add_column(f"resident {found.shown or '(none)'}")
    table.add_column(f"runner-up {rival.get('resident_id', '(none)')}")
    for label, declared, registered in FIELDS:
        values = (found.profile.get(declared), shown.get(registered), other.get(registered))
        table.add_row(label, *("" if value is None else str(value) for value in values))
    return table


def _comparisons(found: Explanation, pair: Facts, rival: Facts) -> Table:
    table = Table("comparison", title="Evidence in bits (each doubles the odds)")
    for heading in ("level", "weight", "runner-up", "weight"):
        table.add_column(heading, justify="right" if heading == "weight" else "left")
    for name in COMPARISONS:
        cells = [
            cell
            for one in (pair, rival)
            for cell in (_level(one, name), _bits(found.weight(one, name)))
        ]
        table.add_row(name, *cells)
    table.add_section()
    totals = [("", _bits(one.get("match_weight"))) for one in (pair, rival)]
    table.add_row("match weight", *totals[0], *totals[1])
    return table


def _level(pair: Facts, comparison: str) -> str:
    return in_words(comparison, pair.get(f"{comparison}_level")) if pair else ""


def _decision(found: Explanation, pair: Facts, rival: Facts) -> str:
    link, verification = found.link, found.verification
    lines = [found.reason]
    if verification:
        tied = verification.get("tied_resident_id")
        also = f"; resident {tied} has it as well and agrees on as much" if tied else ""
        lines.append(f"by number: {verification['verdict']}{also}")
    if pair:
        lines.append(f"probability {pair['match_probability']:.6f}, found by {_found_by(pair)}")
    if rival:
        lines.append(f"runner-up: probability {rival['match_probability']:.6f}. {found.defeat}")
    if link:
        margin = "" if link["margin"] is None else f", margin {link['margin']:.2f}"
        lines.append(f"link: {link['decision']} of {link['candidates'] or 0} candidates{margin}")
        lines.append(f"evidence: {', '.join(link['evidence'] or [])}")
    return "\n".join(lines)


def _found_by(pair: Facts) -> str:
    return ", ".join(pair.get("rules") or [])


def _bits(weight: float | None) -> str:
    return "" if weight is None else f"{weight:+.2f}"
