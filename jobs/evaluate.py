"""Evaluate: what the dispositions are worth where the truth is known (synthetic nations)."""

from collections.abc import Mapping

from pyspark.sql import DataFrame, SparkSession

from jobs import sources
from jobs.errors import InputError
from jobs.tables import Tables
from transforms import evaluation
from transforms.evaluation import wilson
from transforms.ingestion import MARKS, Register

TRUTH = Register("truth", "dose_id", ("dose_id", "resident_id"))

Counts = Mapping[str, int]
Figures = dict[str, object]


def evaluate(tables: Tables, truth: str) -> Figures:
    """Every figure by name: single ones for the whole, one group of rows per dimension.

    A share with nothing to count is None; `_low` and `_high` are its 95 % Wilson interval.
    """
    known = read_truth(tables.spark, truth)
    if not tables.exists("dispositions"):
        raise InputError(f"{tables.warehouse}: no dispositions yet; let `doichieu run` finish")
    dispositions = tables.read("dispositions")
    judged = evaluation.judged_rows(dispositions, known, tables.read("profiles"))
    counts = by_group(evaluation.counted(judged))
    doubles = evaluation.double_entries(dispositions, known).collect()[0].asDict()
    groups: Figures = {
        name: {value: shares(row) for value, row in sorted(counts[name].items())}
        for name in evaluation.DIMENSIONS
    }
    return overall(counts, doubles) | groups | {"confusion": confusion(counts["confusion"])}


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


def overall(counts: Mapping[str, Mapping[str, Counts]], doubles: Counts) -> Figures:
    """The figures of the whole nation."""
    if "all" not in counts:
        raise InputError("the truth holds no row; check that it was filled")
    every = counts["all"]["all"]
    outside = every["rows"] - every["in_register"]
    without = shares(counts["usable_number"].get("without", dict.fromkeys(evaluation.COUNTS, 0)))
    return {
        **shares(every),
        "in_register": every["in_register"],
        "not_in_register": outside,
        **share("not_in_register_linked", every["outside_linked"], outside),
        "without_number_precision": without["resolvable_precision"],
        "without_number_recall": without["resolvable_recall"],
        "double_entries": doubles["actual"],
        **share("double_entry_precision", doubles["right"], doubles["called"]),
        **share("double_entry_recall", doubles["right"], doubles["actual"]),
    }


def shares(row: Counts) -> Figures:
    """Precision, recall and F1 of one group, on all its rows and on the resolvable ones."""
    return {
        "rows": row["rows"],
        "linked": row["linked"],
        **share("precision", row["right"], row["linked"]),
        **share("recall", row["right"], row["in_register"]),
        "f1": f1(row["right"], row["linked"], row["in_register"]),
        "resolvable": row["resolvable"],
        **share("resolvable_precision", row["resolvable_right"], row["resolvable_linked"]),
        **share("resolvable_recall", row["resolvable_right"], row["resolvable"]),
        "resolvable_f1": f1(row["resolvable_right"], row["resolvable_linked"], row["resolvable"]),
    }


def confusion(cells: Mapping[str, Counts]) -> dict[str, dict[str, int]]:
    """Rows per truth class (down) and disposition (across)."""
    found: dict[str, dict[str, int]] = {}
    for pair, cell in sorted(cells.items()):
        truth_class, _, disposition = pair.rpartition("|")
        found.setdefault(truth_class, {})[disposition] = cell["rows"]
    return found


def share(name: str, part: int, whole: int) -> Figures:
    """A share with its interval, under `name`, `name_low` and `name_high`."""
    low, high = wilson(part, whole) or (None, None)
    return {name: part / whole if whole else None, f"{name}_low": low, f"{name}_high": high}


def f1(right: int, called: int, actual: int) -> float | None:
    """Harmonic mean of precision and recall, from their counts."""
    return 2 * right / (called + actual) if called + actual else None
