"""Report: all tables of a run -> one page for the data centre, without a personal value in it."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from pyspark.sql import DataFrame

from jobs import administered
from jobs.few import few
from jobs.lists.files import write_whole
from jobs.run import Run
from transforms import clerical, publication, reporting, returns
from transforms.decisions import TABLE, precision
from transforms.ledger import imbalances

READS = (
    "dispositions",
    "ledger",
    "corrections",
    "profiles",
    "verifications",
    "blocks",
    "scored_pairs",
    "links",
    "quality",
    "model",
    "findings",
    "rejected_rows",
    "runs",
    "progress",
    "dose_events",
    "facilities",
)
WRITES = ()
PAGE = "report.html"


def run(run: Run) -> None:
    """The page beside the lists; a figure that cannot be had is an error, never a blank."""
    from jobs.national_page import Figures, page  # charts load longer than a run takes to begin

    counted = {name: rows_of(table) for name, table in tables_of(run).items()}
    figures = Figures(run.run_id, counted, run.matching.reporting, run.matching.threshold.link)
    html = page(figures, run.settings.reference_dir)
    write_whole(run.output / PAGE, html.encode("utf-8"))


def finished(run: Run) -> bool:
    """Whether the page stands; publishing takes the old one away with the old lists."""
    return (run.output / PAGE).exists()


def tables_of(run: Run) -> Mapping[str, DataFrame | pl.DataFrame]:
    """Every table of the page, by name; all are small."""
    read, rules = run.tables.read, run.matching.reporting
    dispositions, profiles, scored = read("dispositions"), read("profiles"), read("scored_pairs")
    return {
        "provinces": reporting.counted(dispositions, "province_code", "disposition"),
        "numbers": reporting.number_outcomes(dispositions, profiles),
        "verdicts": reporting.verdict_doses(read("verifications"), profiles),
        "error_kinds": reporting.error_kinds(dispositions, rules),
        "corrections": reporting.correction_counts(read("corrections")),
        "blocking": reporting.blocking_cost(read("blocks")),
        "quality": reporting.quality_lines(read("quality")),
        "clerical": clerical.by_band(clerical_answers(run)),
        "weights": reporting.weight_histogram(scored, read("links"), rules),
        "model": reporting.model_levels(read("model")),
        "ledger": reporting.ledger_lines(read("ledger")),
        "imbalances": imbalances(few(read("ledger"))),
        "findings": reporting.counted(read("findings"), "rule"),
        "rejected": reporting.counted(read("rejected_rows"), "source", "reason"),
        "runs": reporting.of_run(read("runs"), run.run_id),
        "open": reporting.open_rows(read("progress"), read("runs")),
        "workload": publication.workload(read("corrections"), run.matching.publication),
        **returned(run),
        **unentered(run),
    }


def returned(run: Run) -> Mapping[str, DataFrame]:
    """What communes answered and what it changed; nothing where no list came back."""
    if not run.tables.exists(TABLE):
        return {}
    decisions = run.tables.read(TABLE)
    return {
        "answers": returns.answers(decisions),
        "effects": returns.effects(decisions, run.tables.read("links")),
        "grades": precision(decisions, "evidence_grade"),
    }


def unentered(run: Run) -> Mapping[str, DataFrame]:
    """Doses given and never recorded; nothing where nobody said how many were given."""
    if not run.tables.exists(administered.TABLE):
        return {}
    read = run.tables.read
    given = read(administered.TABLE)
    return {"unentered": reporting.unentered(given, read("dose_events"), read("facilities"))}


def clerical_answers(run: Run) -> DataFrame:
    """What people answered so far; no rows where nobody was asked."""
    # Comes from `doichieu answers`, so a run may well be without it.
    return run.tables.read_if_any(clerical.TABLE)


def rows_of(table: DataFrame | pl.DataFrame) -> Sequence[Mapping[str, Any]]:
    if isinstance(table, DataFrame):
        return [row.asDict() for row in table.collect()]
    return table.to_dicts()
