"""What matching promises where the truth is known, and whether a run keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]

SUBGROUPS = ("sex", "age_band", "province_code", "name_group", "number_kind", "birth_precision")
SUBGROUP_PRECISION = 0.995
# In a smaller group one wrong link decides whether 0.995 is kept.
LEAST_GROUP = 500
ORDER = ("missed", "unclear", "met", "too few", "no rows")


@dataclass(frozen=True)
class Promise:
    """A figure by its place in the figures, and the bound it must keep."""

    name: str
    figure: str
    bound: float
    difficulty: str | None = None
    whole: str = "rows"  # the count that the figure is a share of
    at_most: bool = False

    def found(self, figures: Figures) -> Figures:
        """The figure with interval, rows counted, bound and verdict."""
        cells = figures["difficulty"].get(self.difficulty, {}) if self.difficulty else figures
        share = cells.get(self.figure)
        low, high = (cells.get(f"{self.figure}_{end}") for end in ("low", "high"))
        return {
            "name": self.name,
            "found": share,
            "low": low,
            "high": high,
            "rows": cells.get(self.whole, 0),
            "bound": self.bound,
            "at_most": self.at_most,
            "verdict": self.verdict(share, low, high, cells.get(self.whole, 0)),
        }

    def verdict(self, share: float | None, low: float | None, high: float | None, n: int) -> str:
        """`met`, or `unclear` where chance may have done it, or `missed`; few rows say little."""
        if share is None:
            return "no rows"
        if n < LEAST_GROUP:
            return "too few"
        if (share <= self.bound) if self.at_most else (share >= self.bound):
            return "met"
        end = low if self.at_most else high
        reached = end is not None and (end <= self.bound if self.at_most else end >= self.bound)
        return "unclear" if reached else "missed"


def _f1(difficulty: str, bound: float) -> Promise:
    name = f"F1, resolvable rows: {difficulty}"
    return Promise(name, "resolvable_f1", bound, difficulty, "resolvable")


PROMISES = (
    Promise("precision of everything linked", "precision", 0.9995, whole="linked"),
    Promise("F1 on resolvable rows", "resolvable_f1", 0.999, whole="resolvable"),
    Promise("people not in the register: share of rows linked to somebody",
            "not_in_register_linked", 0.01, whole="not_in_register", at_most=True),
    Promise("no usable number, resolvable: recovered",
            "without_number_recall", 0.99, whole="without_number"),
    Promise("no usable number, resolvable: precision",
            "without_number_precision", 0.9995, whole="without_number_linked"),
    _f1("several fields wrong", 0.985),
    _f1("someone else's number", 0.995),
    _f1("twin", 0.998),
    _f1("parent's number on a child", 0.999),
    _f1("namesake with the same birth date", 0.999),
    _f1("father and son", 0.999),
    _f1("Telex", 0.995),
    _f1("VNI", 0.995),
    _f1("mojibake", 0.995),
    _f1("? for lost letters", 0.995),
    Promise("worst subgroup's precision", "worst_precision", SUBGROUP_PRECISION,
            whole="worst_linked"),
    Promise("double entries: precision", "double_entry_precision", 0.999,
            whole="double_entries_called"),
    Promise("double entries: recall", "double_entry_recall", 0.98, whole="double_entries"),
    Promise("expected calibration error of the best candidates",
            "calibration_error", 0.01, whole="calibrated_profiles", at_most=True),
)  # fmt: skip
OF_SUBGROUP = Promise("precision", "precision", SUBGROUP_PRECISION, whole="linked")


def scorecard(figures: Figures) -> list[Figures]:
    """Every promise with what was found, in the order in which they were made."""
    return [promise.found(figures) for promise in PROMISES]


def of_subgroup(shares: Figures) -> str:
    """The verdict on one subgroup's precision."""
    verdict: str = OF_SUBGROUP.found(shares)["verdict"]
    return verdict


def worst(figures: Figures) -> dict[str, Any]:
    """The subgroup, of those large enough, whose precision is lowest; the smaller name of two."""
    judged = [
        (shares["precision"], f"{dimension} {value}", shares)
        for dimension in SUBGROUPS
        for value, shares in figures[dimension].items()
        if shares["linked"] >= LEAST_GROUP
    ]
    if not judged:
        return {"worst_subgroup": None, "worst_precision": None, "worst_linked": 0}
    precision, name, shares = min(judged, key=lambda one: one[:2])
    return {
        "worst_subgroup": name,
        "worst_precision": precision,
        "worst_precision_low": shares["precision_low"],
        "worst_precision_high": shares["precision_high"],
        "worst_linked": shares["linked"],
    }
