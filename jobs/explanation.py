"""All that the tables of a run say about one dose row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from pyspark.sql import functions as F

from jobs import weighing
from jobs.errors import InputError
from jobs.glossary import in_words
from jobs.model import learnt
from jobs.tables import Tables
from jobs.weighing import Rivals, Step
from transforms.corroboration import is_corroborated
from transforms.schemas import LEVELS

Facts = dict[str, Any]

OF_LEVELS = dict.fromkeys(LEVELS, pl.String)
COMPARISONS = tuple(name.removesuffix("_level") for name in LEVELS)
# Sentences about one row, some of which end in what is its own.
REASONS = {
    "verified": "The number's owner agrees on name, date of birth and sex.",
    "wrong": "The person is known with certainty; these fields say something else: ",
    "recovered": "No usable number, yet the person is known with certainty.",
    "review": "There are candidates, but no certainty: a person decides.",
    "unverifiable": "No candidate is worth a person's time.",
    "foreign": "A passport holder, not in the population register by law.",
    "duplicate": "The same administered dose as ",
}
BORROWED = " The name is of somebody else in the best candidate's household."
THIN = " Of name, date of birth and number too little is the best candidate's own."
SHOWN_CANDIDATES = 3
# Differences smaller than this, in bits, decide nothing.
TELLING = 0.5


@dataclass(frozen=True)
class Explanation:
    """The rows that belong to one dose row, and what follows from them."""

    disposition: Facts
    profile: Facts
    verification: Facts
    link: Facts
    candidates: list[Facts]  # best first
    residents: dict[str, Facts]
    weights: dict[tuple[str, str], float]
    rivals: Rivals
    corrections: list[Facts] = field(default_factory=list)
    findings: list[Facts] = field(default_factory=list)
    doses: list[Facts] = field(default_factory=list)  # of the person, this one among them
    person: Facts = field(default_factory=dict)

    @property
    def shown(self) -> str | None:
        """The resident to stand beside the profile: the one decided for, or the best candidate."""
        owner = self.verification.get("resident_id")
        best = self.candidates[0]["resident_id"] if self.candidates else owner
        named: str | None = self.disposition.get("resident_id") or self.link.get("best_resident_id")
        return named or best

    @property
    def runner_up(self) -> Facts:
        """The best candidate that is not shown; empty when there is none."""
        rivals = [pair for pair in self.candidates if pair["resident_id"] != self.shown]
        return rivals[0] if rivals else {}

    def pair(self, resident_id: str | None) -> Facts:
        """The scored pair of the profile and this resident; empty when never compared."""
        found = [pair for pair in self.candidates if pair["resident_id"] == resident_id]
        return found[0] if found else {}

    def weight(self, pair: Mapping[str, Any], comparison: str) -> float | None:
        """The bits that one comparison adds; the name's are adjusted to how common the name is."""
        if pair.get(f"{comparison}_weight") is not None:
            adjusted: float = pair[f"{comparison}_weight"]
            return adjusted
        return self.weights.get((comparison, pair.get(f"{comparison}_level") or ""))

    def steps(self, pair: Mapping[str, Any]) -> list[Step]:
        """How the evidence for one candidate adds up; nothing without a pair."""
        terms = [
            (f"{name}: {in_words(name, pair.get(f'{name}_level'))}", weight)
            for name in COMPARISONS
            if (weight := self.weight(pair, name)) is not None
        ]
        return weighing.steps(pair, terms, self.rivals) if pair else []

    @property
    def reason(self) -> str:
        """The decision in a sentence."""
        kind = self.disposition["disposition"]
        fields = ", ".join(self.disposition.get("wrong_fields") or [])
        end = {
            "wrong": fields,
            "duplicate": str(self.disposition.get("duplicate_of")),
            "review": self.lack,
        }
        return REASONS.get(kind, "") + end.get(kind, "")

    @property
    def lack(self) -> str:
        """What keeps the best candidate from being linked however probable; empty if nothing."""
        best = self.pair(self.shown)
        levels = pl.DataFrame([{name: best.get(name) for name in LEVELS}], schema=OF_LEVELS)
        if not best or levels.select(is_corroborated()).item():
            return ""
        return BORROWED if best["name_level"] == "household_name" else THIN

    @property
    def defeat(self) -> str:
        """Why the runner-up lost to the resident shown; empty without both."""
        best, rival = self.pair(self.shown), self.runner_up
        if not best or not rival:
            return ""
        behind = (best["match_weight"] or 0.0) - (rival["match_weight"] or 0.0)
        gaps = [
            ((self.weight(best, name) or 0.0) - (self.weight(rival, name) or 0.0), name)
            for name in COMPARISONS
        ]
        told = [
            f"{name} ({in_words(name, rival.get(f'{name}_level'))}: {-gap:+.1f} bits)"
            for gap, name in sorted(gaps, key=lambda one: -one[0])
            if gap > TELLING
        ]
        if behind <= TELLING or not told:
            return f"{rival['resident_id']} is as likely: {abs(behind):.1f} bits between the two."
        return f"{rival['resident_id']} is {behind:.1f} bits behind, by {', '.join(told)}."

    def facts(self) -> Facts:
        """For programs."""
        pair = self.pair(self.shown)
        return {
            "disposition": self.disposition,
            "profile": self.profile,
            "verification": self.verification,
            "link": self.link,
            "resident": self.residents.get(self.shown or ""),
            "comparisons": {
                name: {
                    "level": pair.get(f"{name}_level"),
                    "weight": self.weight(pair, name),
                    "meaning": in_words(name, pair.get(f"{name}_level")),
                }
                for name in COMPARISONS
            },
            "waterfall": [{"step": s.name, "bits": s.bits} for s in self.steps(pair)],
            "runner_up": self.runner_up,
            "runner_up_lost": self.defeat,
            "reason": self.reason,
            "corrections": self.corrections,
            "findings": self.findings,
            "doses": self.doses,
        }


def read(tables: Tables, dose_id: str) -> Explanation:
    """Read what every stage noted about the dose row; InputError when there is no such row."""
    disposition = _row(tables, "dispositions", "dose_id", dose_id)
    if not disposition:
        raise InputError(
            f"{dose_id}: no such dose row in {tables.warehouse}; look for it in rejected_rows, "
            "or check the number"
        )
    profile_id = disposition["profile_id"]
    candidates = _candidates(tables, profile_id)
    owner = _row(tables, "verifications", "profile_id", profile_id)
    person = _row(tables, "persons", "profile_id", profile_id)
    return Explanation(
        disposition=disposition,
        profile=_row(tables, "profiles", "profile_id", profile_id),
        verification=owner,
        link=_row(tables, "links", "profile_id", profile_id),
        candidates=candidates,
        residents=_residents(tables, candidates, disposition["resident_id"], owner),
        weights={
            (row["comparison"], row["level"]): row["weight"] for row in _rows(tables, "model")
        },
        rivals=_rivals(tables, candidates),
        corrections=_rows(tables, "corrections", "profile_id", profile_id),
        findings=_rows(tables, "findings", "dose_id", dose_id),
        doses=_doses(tables, profile_id, person),
        person=person,
    )


def _candidates(tables: Tables, profile_id: int) -> list[Facts]:
    return sorted(
        _rows(tables, "scored_pairs", "profile_id", profile_id),
        key=lambda pair: (-(pair["match_weight"] or 0.0), pair["resident_id"]),
    )


def _residents(
    tables: Tables, candidates: Sequence[Facts], decided: str | None, owner: Facts
) -> dict[str, Facts]:
    best = [pair["resident_id"] for pair in candidates[:SHOWN_CANDIDATES]]
    wanted = {name for name in (decided, owner.get("resident_id"), *best) if name}
    found = _rows(tables, "residents", "resident_id", *sorted(wanted)) if wanted else []
    return {row["resident_id"]: row for row in found}


def _rivals(tables: Tables, candidates: Sequence[Facts]) -> Rivals:
    """All that competed for the profile, with the parameters that weighed it."""
    if not candidates:
        return Rivals([], 1, 0.0)
    model = learnt(tables)
    return Rivals(candidates, model.residents, model.outsiders)


def _doses(tables: Tables, profile_id: int, person: Facts) -> list[Facts]:
    """The person's dose rows in the order they were given, each with its disposition."""
    alike = _rows(tables, "persons", "person_id", person["person_id"]) if person else []
    profiles = sorted({profile_id, *(row["profile_id"] for row in alike)})
    decided = {
        row["dose_id"]: row["disposition"]
        for row in _rows(tables, "dispositions", "profile_id", *profiles)
    }
    rows = _rows(tables, "doses", "profile_id", *profiles)
    for row in rows:
        row["disposition"] = decided.get(row["dose_id"])
    return sorted(rows, key=lambda row: (str(row["injected_on"]), row["dose_id"]))


def _row(tables: Tables, name: str, key: str, value: object) -> Facts:
    rows = _rows(tables, name, key, value)
    return rows[0] if rows else {}


def _rows(tables: Tables, name: str, key: str = "", *values: object) -> list[Facts]:
    """The rows whose `key` is one of the values; all rows without a key."""
    if not tables.exists(name):
        return []
    df = tables.read(name)
    return [row.asDict() for row in (df.where(F.col(key).isin(*values)) if key else df).collect()]
