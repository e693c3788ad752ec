"""Why a dose row was decided as it was: both records, the weight of each comparison, the rival."""

from dataclasses import dataclass
from typing import Any

from pyspark.sql import functions as F
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from jobs.errors import InputError
from jobs.tables import Tables
from transforms.schemas import LEVELS

Facts = dict[str, Any]

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
MEANING = {
    "verified": "The number's owner agrees on name, date of birth and sex.",
    "wrong": "The person is known with certainty; these fields say something else: ",
    "recovered": "No usable number, yet the person is known with certainty.",
    "review": "There are candidates, but no certainty: a person decides.",
    "unverifiable": "No candidate is worth a person's time.",
    "foreign": "A passport holder, not in the population register by law.",
    "duplicate": "The same administered dose as ",
}


@dataclass(frozen=True)
class Explanation:
    """All that the tables say about one dose row."""

    disposition: Facts
    profile: Facts
    verification: Facts
    link: Facts
    candidates: list[Facts]  # best first
    residents: dict[str, Facts]
    weights: dict[tuple[str, str], float]

    @property
    def shown(self) -> str | None:
        """The resident to stand beside the profile: the one decided for, or the best candidate."""
        best: str | None = self.disposition.get("resident_id") or self.link.get("best_resident_id")
        return best

    @property
    def runner_up(self) -> Facts:
        """The best candidate that is not shown; empty when there is none."""
        rivals = [pair for pair in self.candidates if pair["resident_id"] != self.shown]
        return rivals[0] if rivals else {}

    def pair(self, resident_id: str | None) -> Facts:
        """The scored pair of the profile and this resident; empty when never compared."""
        found = [pair for pair in self.candidates if pair["resident_id"] == resident_id]
        return found[0] if found else {}

    def weight(self, pair: Facts, comparison: str) -> float | None:
        """The bits that one comparison adds; the name's are adjusted to how common the name is."""
        if comparison == "name" and pair.get("name_weight") is not None:
            adjusted: float = pair["name_weight"]
            return adjusted
        return self.weights.get((comparison, pair.get(f"{comparison}_level", "")))

    @property
    def reason(self) -> str:
        """The decision in a sentence."""
        kind = self.disposition["disposition"]
        fields = ", ".join(self.disposition.get("wrong_fields") or [])
        end = {"wrong": fields, "duplicate": str(self.disposition.get("duplicate_of"))}
        return MEANING.get(kind, "") + end.get(kind, "")

    def facts(self) -> Facts:
        """For programs."""
        return {
            "disposition": self.disposition,
            "profile": self.profile,
            "verification": self.verification,
            "link": self.link,
            "resident": self.residents.get(self.shown or ""),
            "comparisons": {
                name: {
                    "level": self.pair(self.shown).get(f"{name}_level"),
                    "weight": self.weight(self.pair(self.shown), name),
                }
                for name in comparisons()
            },
            "runner_up": self.runner_up,
            "reason": self.reason,
        }


def comparisons() -> list[str]:
    """The compared things, as the model names them."""
    return [name.removesuffix("_level") for name in LEVELS]


def explain(tables: Tables, dose_id: str) -> Explanation:
    """Read what every stage noted about the dose row; InputError when there is no such row."""
    disposition = _row(tables, "dispositions", "dose_id", dose_id)
    if not disposition:
        raise InputError(
            f"{dose_id}: no such dose row in {tables.warehouse}; look for it in rejected_rows, "
            "or check the number"
        )
    profile_id = disposition["profile_id"]
    candidates = sorted(
        _rows(tables, "scored_pairs", "profile_id", profile_id),
        key=lambda pair: (-(pair["match_weight"] or 0.0), pair["resident_id"]),
    )
    owner = _row(tables, "verifications", "profile_id", profile_id)
    wanted = {disposition["resident_id"], owner.get("resident_id")}
    wanted |= {pair["resident_id"] for pair in candidates[:3]}
    residents = _rows(tables, "residents", "resident_id", *(wanted - {None}))
    model = _rows(tables, "model", "", None)
    return Explanation(
        disposition=disposition,
        profile=_row(tables, "profiles", "profile_id", profile_id),
        verification=owner,
        link=_row(tables, "links", "profile_id", profile_id),
        candidates=candidates,
        residents={row["resident_id"]: row for row in residents},
        weights={(row["comparison"], row["level"]): row["weight"] for row in model},
    )


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
    for name in comparisons():
        cells = [
            cell
            for one in (pair, rival)
            for cell in (one.get(f"{name}_level") or "", _bits(found.weight(one, name)))
        ]
        table.add_row(name, *cells)
    table.add_section()
    totals = [("", _bits(one.get("match_weight"))) for one in (pair, rival)]
    table.add_row("match weight", *totals[0], *totals[1])
    return table


def _decision(found: Explanation, pair: Facts, rival: Facts) -> str:
    link, verification = found.link, found.verification
    lines = [found.reason]
    if verification:
        lines.append(f"by number: {verification['verdict']}")
    if pair:
        lines.append(f"probability {pair['match_probability']:.6f}, found by {_found_by(pair)}")
    if rival:
        lines.append(f"runner-up: probability {rival['match_probability']:.6f}")
    if link:
        margin = "" if link["margin"] is None else f", margin {link['margin']:.2f}"
        lines.append(f"link: {link['decision']} of {link['candidates'] or 0} candidates{margin}")
        lines.append(f"evidence: {', '.join(link['evidence'] or [])}")
    return "\n".join(lines)


def _found_by(pair: Facts) -> str:
    return ", ".join(pair.get("rules") or [])


def _bits(weight: float | None) -> str:
    return "" if weight is None else f"{weight:+.2f}"


def _row(tables: Tables, name: str, key: str, value: object) -> Facts:
    rows = _rows(tables, name, key, value)
    return rows[0] if rows else {}


def _rows(tables: Tables, name: str, key: str, *values: object) -> list[Facts]:
    if not tables.exists(name):
        return []
    df = tables.read(name)
    return [row.asDict() for row in (df.where(F.col(key).isin(*values)) if key else df).collect()]
