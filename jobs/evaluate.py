"""Evaluate: what the dispositions are worth where the truth is known (synthetic nations)."""

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs import promises, sources
from jobs.errors import InputError
from jobs.tables import Tables
from transforms.estimates import wilson
from transforms.evaluation import calibration, counts, judgement
from transforms.ingestion import MARKS, Register

TRUTH = Register("truth", "dose_id", ("dose_id", "resident_id"))
NEEDED = ("dispositions", "profiles", "links")
GROUPS = (*judgement.DIMENSIONS, "difficulty")

Counts = Mapping[str, int]
Figures = dict[str, Any]


def evaluate(tables: Tables, truth: str) -> Figures:
    """Every figure by name: single ones for the whole, one group of rows per dimension.

    A share with nothing to count is None; `_low` and `_high` are its 95 % Wilson interval.
    """
    known = read_truth(tables.spark, truth)
    if missing := [name for name in NEEDED if not tables.exists(name)]:
        raise InputError(
            f"{tables.warehouse}: no {', '.join(missing)} yet; let `doichieu run` finish"
        )
    dispositions, profiles, links = (tables.read(name) for name in NEEDED)
    found = by_group(counts.counted(judgement.judged_rows(dispositions, known, profiles)))
    doubles = judgement.double_entries(dispositions, known).collect()[0].asDict()
    bins = calibration.calibration(links, dispositions, known).collect()
    told = "column" if "resolvable" in known.columns else "class"
    figures = {"resolvable_by": told} | overall(found, doubles) | groups(found)
    figures |= calibrated([row.asDict() for row in bins])
    figures |= promises.worst(figures) | {"confusion": confusion(found["confusion"])}
    return {"scorecard": promises.scorecard(figures)} | figures


def read_truth(spark: SparkSession, truth: str) -> DataFrame:
    """The truth as text, with whatever columns it has; `dose_id` and `resident_id` are needed."""
    with sources.unreadable_refused():
        rows = sources.as_text(sources.opened(spark, truth), TRUTH, truth)
        return rows.drop(*MARKS).replace("", None)


def by_group(counted: DataFrame) -> dict[str, dict[str, Counts]]:
    """The collected counts: group → value → count by name."""
    found: dict[str, dict[str, Counts]] = {}
    for row in counted.collect():
        cell = row.asDict()
        found.setdefault(cell.pop("group"), {})[cell.pop("value")] = cell
    return found


def groups(found: Mapping[str, Mapping[str, Counts]]) -> Figures:
    """One table per dimension; subgroups of people also get a verdict on their precision."""
    tables: Figures = {}
    for name in GROUPS:
        cells = {value: shares(row) for value, row in sorted(found.get(name, {}).items())}
        judged = name in promises.SUBGROUPS
        tables[name] = {
            value: cell | ({"verdict": promises.of_subgroup(cell)} if judged else {})
            for value, cell in cells.items()
        }
    return tables


def overall(found: Mapping[str, Mapping[str, Counts]], doubles: Counts) -> Figures:
    """The figures of the whole nation."""
    if "all" not in found:
        raise InputError("the truth holds no row; check that it was filled")
    every = found["all"]["all"]
    outside = every["rows"] - every["in_register"]
    without = shares(found["usable_number"].get("without", dict.fromkeys(counts.COUNTS, 0)))
    return {
        **shares(every),
        "in_register": every["in_register"],
        "not_in_register": outside,
        **share("not_in_register_linked", every["outside_linked"], outside),
        "without_number": without["resolvable"],
        "without_number_linked": without["resolvable_linked"],
        **renamed(without, "resolvable_recall", "without_number_recall"),
        **renamed(without, "resolvable_precision", "without_number_precision"),
        **renamed(without, "precision", "without_number_precision_all_rows"),
        "double_entries": doubles["actual"],
        "double_entries_called": doubles["called"],
        **share("double_entry_precision", doubles["right"], doubles["called"]),
        **share("double_entry_recall", doubles["right"], doubles["actual"]),
    }


def shares(row: Counts) -> Figures:
    """Precision, recall and F1 of one group, on all its rows and on the resolvable ones."""
    known = ("resolvable_right", "resolvable_linked", "resolvable")
    return {
        "rows": row["rows"],
        "linked": row["linked"],
        "wrongly_linked": row["linked"] - row["right"],
        **share("precision", row["right"], row["linked"]),
        **share("recall", row["right"], row["in_register"]),
        **f1("f1", row["right"], row["linked"], row["in_register"]),
        "resolvable": row["resolvable"],
        "resolvable_linked": row["resolvable_linked"],
        **share("resolvable_precision", row["resolvable_right"], row["resolvable_linked"]),
        **share("resolvable_recall", row["resolvable_right"], row["resolvable"]),
        **f1("resolvable_f1", *(row[name] for name in known)),
    }


def calibrated(bins: list[Figures]) -> Figures:
    """The expected calibration error, of all best candidates and of the linked, and its bins."""
    joined: dict[int, Figures] = {}
    for row in bins:
        cell = joined.setdefault(row["bin"], {"profiles": 0, "predicted": 0.0, "right": 0.0})
        for name in cell:
            cell[name] += row[name]
    linked = [row for row in bins if row["decision"] == "linked"]
    return {
        "calibrated_profiles": sum(row["profiles"] for row in bins),
        "calibration_error": calibration_error(list(joined.values())),
        "calibration_error_linked": calibration_error(linked),
        "calibration": {
            f"{bin_ / calibration.BINS:.2f}": {
                "profiles": cell["profiles"],
                "predicted": cell["predicted"] / cell["profiles"],
                "right": cell["right"] / cell["profiles"],
            }
            for bin_, cell in sorted(joined.items())
        },
    }


def calibration_error(bins: list[Figures]) -> float | None:
    """Mean distance between predicted and found, each bin by its profiles (Naeini 2015)."""
    whole = sum(row["profiles"] for row in bins)
    return sum(abs(row["predicted"] - row["right"]) for row in bins) / whole if whole else None


def confusion(cells: Mapping[str, Counts]) -> dict[str, dict[str, int]]:
    """Rows per truth class (down) and disposition (across)."""
    found: dict[str, dict[str, int]] = {}
    for pair, cell in sorted(cells.items()):
        truth_class, _, disposition = pair.rpartition("|")
        found.setdefault(truth_class, {})[disposition] = cell["rows"]
    return found


def share(name: str, part: int, whole: int) -> Figures:
    """A share with its interval, under `name`, `name_low` and `name_high`."""
    found, low, high = wilson(part, whole)
    return {name: found, f"{name}_low": low, f"{name}_high": high}


def renamed(figures: Figures, old: str, new: str) -> Figures:
    """A share with its interval under another name."""
    return {new + end: figures[old + end] for end in ("", "_low", "_high")}


def f1(name: str, right: int, called: int, actual: int) -> Figures:
    """Harmonic mean of precision and recall, from their counts, with its interval.

    F1 = 2 J / (1 + J) grows with J, the share of right ones in the union of called and actual; so
    the ends of J's Wilson interval are those of F1's.
    """
    ends = wilson(right, called + actual - right)[1:]
    low, high = (None if j is None else 2 * j / (1 + j) for j in ends)
    found = 2 * right / (called + actual) if called + actual else None
    return {name: found, f"{name}_low": low, f"{name}_high": high}
