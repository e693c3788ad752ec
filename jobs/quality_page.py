"""What the national page says of quality: figures of the run's own measure, ready to be shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jobs import quality_charts

Rows = Sequence[Mapping[str, Any]]
Line = dict[str, Any]

MEASURES = {
    "precision": "of the masked profiles that were linked, linked to their own resident",
    "recall": "of all masked profiles, linked to their own resident",
    "compared": "of all masked profiles, own resident among the candidates",
    "lost_to_caps": "of all masked profiles, own resident met only in blocks left out as too large",
    "linked_if_absent": "linked to somebody else when their own resident is taken out",
}
DIMENSIONS = {
    "sex": "sex",
    "age_band": "age in 2022",
    "name_group": "name",
    "birth_precision": "birth date",
    "phone_given": "phone given",
    "province_code": "province",
}
LOWEST_PROVINCES = 5


def of(quality: Rows, measure: str, dimension: str) -> dict[str, Mapping[str, Any]]:
    """The figures of one measure by subgroup of one dimension."""
    return {
        row["subgroup"]: row
        for row in quality
        if (row["measure"], row["dimension"]) == (measure, dimension)
    }


def headline(quality: Rows) -> list[Line]:
    """Every share of the whole sample, with its interval."""
    found = {name: of(quality, name, "all").get("all") for name in MEASURES}
    return [
        {"name": name.replace("_", " "), "meaning": MEASURES[name], **row}
        for name, row in found.items()
        if row
    ]


def single(quality: Rows, measure: str) -> Mapping[str, Any] | None:
    return of(quality, measure, "all").get("all")


def subgroups(quality: Rows) -> list[Line]:
    """Precision and recall of every subgroup; of the provinces only those lowest in recall."""
    lines = []
    for dimension, label in DIMENSIONS.items():
        precision = of(quality, "precision", dimension)
        recall = of(quality, "recall", dimension)
        lines += _lowest(
            [
                {"dimension": label, "subgroup": name, "precision": precision[name], "recall": row}
                for name, row in sorted(recall.items())
                if name in precision
            ],
            LOWEST_PROVINCES if dimension == "province_code" else len(recall),
        )
    return lines


def _lowest(lines: Iterable[Line], count: int) -> list[Line]:
    ordered = list(lines)
    if len(ordered) <= count:
        return ordered
    return sorted(ordered, key=lambda line: (line["recall"]["low"] or 0.0, line["subgroup"]))[
        :count
    ]


def calibration(quality: Rows) -> list[Line]:
    """Bins in order, each with what was promised and what was observed."""
    promised = of(quality, "promised", "probability")
    bins = [
        {**row, "promised": promised[name]["value"]}
        for name, row in of(quality, "observed", "probability").items()
    ]
    return sorted(bins, key=lambda row: float(row["subgroup"].partition("–")[0]))


def thresholds(quality: Rows) -> list[Line]:
    """Precision and recall by threshold, the thresholds in order."""
    found = [
        {**row, "subgroup": float(row["subgroup"])}
        for row in quality
        if row["dimension"] == "threshold" and row["value"] is not None
    ]
    return sorted(found, key=lambda row: (row["measure"], row["subgroup"]))


def rules(quality: Rows) -> dict[str, Line]:
    """Per blocking rule: pairs, links, what it alone found."""
    names = {"rule_pairs": "pairs", "rule_new_pairs": "new_pairs", "rule_links": "links",
             "rule_new_links": "new_links", "rule_recall_added": "added"}  # fmt: skip
    found: dict[str, Line] = defaultdict(dict)
    for measure, name in names.items():
        for rule, row in of(quality, measure, "rule").items():
            found[rule] |= {"rule": rule, name: row["value"]}
    return dict(sorted(found.items(), key=lambda item: (-item[1]["pairs"], item[0])))


def shown(quality: Rows, clerical: Rows) -> Mapping[str, Any]:
    """All that the template asks for."""
    return {
        "headline": headline(quality),
        "calibration_error": single(quality, "expected_calibration_error"),
        "missed": single(quality, "pairs_never_compared"),
        "blocking_recall": single(quality, "blocking_recall"),
        "subgroups": subgroups(quality),
        "clerical": clerical,
    }


def drawn(quality: Rows, threshold: float) -> Mapping[str, str]:
    """The charts there are figures for."""
    pictures = {
        "calibration": (quality_charts.calibration, calibration(quality)),
        "rules": (quality_charts.blocking_rules, list(rules(quality).values())),
    }
    made = {name: draw(rows) for name, (draw, rows) in pictures.items() if rows}
    points = thresholds(quality)
    return made | ({"thresholds": quality_charts.thresholds(points, threshold)} if points else {})
