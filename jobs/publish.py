"""Publish: corrections -> the list of every commune, only if every sum agrees."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame

from jobs.decided import decisions_of
from jobs.errors import ConfigError, LedgerError
from jobs.few import few
from jobs.list_passwords import list_passwords
from jobs.list_secret import list_secret
from jobs.lists.bundles import write_bundles
from jobs.lists.checking import check_folder, check_seals
from jobs.lists.files import Edition, write_lists
from jobs.lists.folder import MANIFEST, fresh_staging, put_in_place, sweep, write_manifest
from jobs.lists.summaries import write_summaries
from jobs.reference import admin_units
from jobs.run import Run
from jobs.together import together
from transforms import publication, publication_state
from transforms.decisions import TABLE, precision, standing
from transforms.ledger import imbalances
from transforms.schemas import PUBLICATION

READS = ("corrections", "dispositions", "ledger")
WRITES = ("listed_rows", "progress", "publications")
SHOWN = 5
SUMS = "province_code string, disposition string, rows long, doses long"
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Scope:
    """For whom lists are made: the nation, or some provinces on trial."""

    provinces: tuple[str, ...] = ()
    pilot: bool = False

    @property
    def tables(self) -> tuple[str, str]:
        """Where rows and files are written down; a pilot leaves the nation's alone."""
        return (
            ("pilot_rows", "pilot_publications") if self.pilot else ("listed_rows", "publications")
        )


def run(run: Run) -> None:
    """The nation's lists; refused until a pilot has shown the proposals right, if that is asked."""
    refuse_unproven(run)
    publish(run, Scope())
    progress = publication_state.progress(run.tables.read("ledger"), run.run_id)
    run.tables.put("progress", progress, "run_id", run.run_id)


def finished(run: Run) -> bool:
    """Whether a publication stands where it should."""
    return (run.output / MANIFEST).exists()


def publish(run: Run, scope: Scope) -> dict[str, Any]:
    """The folder is swapped first and committed last: a killed run publishes again, not less."""
    spark, rules = run.tables.spark, run.matching.publication
    passwords = list_passwords(run.settings.passwords)
    sums = rows_of(run.tables.read("corrections").transform(publication.totals))
    refuse_unbalanced(run, sums)
    wanted = within(sums, scope)
    corrections = publication.of_provinces(run.tables.read("corrections"), scope.provinces)
    output = run.output.with_name("pilot") if scope.pilot else run.output
    staging = fresh_staging(output, run.run_id)
    units = admin_units(spark, run.settings.reference_dir)
    told = corrections
    if run.tables.exists(TABLE):
        told = told.transform(publication.with_answers, standing(run.tables.read(TABLE)))
    listed = told.transform(publication.listed, units, rules)
    secret = list_secret(Path(run.tables.warehouse))
    edition = Edition(str(staging), secret, rules.due, scope.pilot, passwords)
    files = [entry_of(row) for row in rows_of(write_lists(listed, edition))]
    summaries = write_summaries(spark.sparkContext, staging, summary_rows(corrections, units, run))
    totals = check_files(wanted, files)
    sweep(staging)
    check_seals(staging, files, secret, passwords)
    bundles = write_bundles(staging, [*files, *summaries])
    check_folder(staging, [*files, *summaries, *bundles])
    write_manifest(staging, totals | {"pilot": scope.pilot}, [*files, *summaries, *bundles])
    keep_state(run, scope, corrections, staging)
    put_in_place(staging, output)
    run.tables.overwrite(scope.tables[1], spark.createDataFrame(files, PUBLICATION))
    locked = sum("content_sha256" in entry for entry in files)
    return totals | {"folder": str(output), "files": len(files), "behind a password": locked}


def entry_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says of a file: of what is inside only where it is behind a password."""
    return {name: row[name] for name in row if name != "content_sha256" or row[name]}


def within(sums: Rows, scope: Scope) -> Rows:
    """What the provinces asked for hold, of all sums; all where none is named."""
    if not scope.provinces:
        return sums
    missing = set(scope.provinces) - {line["province_code"] for line in sums}
    if missing:
        raise ConfigError(f"--province {', '.join(sorted(missing))}: no row to list there")
    return [line for line in sums if line["province_code"] in scope.provinces]


def summary_rows(corrections: DataFrame, units: DataFrame, run: Run) -> dict[str, list[Any]]:
    """What the summaries tell: communes, and causes by facility."""
    communes = corrections.transform(publication.communes, units, run.matching.publication)
    causes = corrections.transform(publication.causes, units)
    found = together(run.tables.spark, partial(rows_of, communes), partial(rows_of, causes))
    return dict(zip(("communes", "causes"), found, strict=True))


def keep_state(run: Run, scope: Scope, corrections: DataFrame, staging: Path) -> None:
    """Write down every row listed, and what moved since the last publication."""
    tables, name = run.tables, scope.tables[0]
    rows = corrections.transform(publication_state.rows_listed, publication.list_id())
    before = tables.read_if_any(name)
    tables.overwrite(name, rows.transform(publication_state.listed_rows, before, run.run_id))
    changed = rows_of(tables.read(name).transform(publication_state.changes))
    write_manifest(staging, {"changes": changed}, [], "changes.json")


def refuse_unproven(run: Run) -> None:
    """Stop where settings ask for a pilot and its answers do not show what they have to."""
    pilot = run.settings.pilot
    if not pilot.required:
        return
    told = decisions_of(run.tables)
    found = [] if told is None else rows_of(precision(told))
    answers, low = (found[0]["answers"], found[0]["low"]) if found else (0, None)
    if answers < pilot.answers or low is None or low < pilot.rate:
        said = "none" if low is None else f"at least {low:.3f} (95 % interval)"
        raise LedgerError(
            f"nothing was published: settings ask for {pilot.answers} pilot answers that show "
            f"{pilot.rate:.3f} of the proposals right; there are {answers}, which show {said}; "
            "publish --pilot, and take the lists in with `doichieu receive`"
        )


def refuse_unbalanced(run: Run, sums: Rows) -> None:
    """Stop before anything is written when the ledger or the sums of the lists do not agree."""
    ledger, dispositions = run.tables.read("ledger"), run.tables.read("dispositions")
    off = imbalances(few(ledger))[:SHOWN].to_dicts()
    if off:
        raise LedgerError(f"nothing was published, the ledger does not balance: {_said(off)}")
    listed = run.tables.spark.createDataFrame(sums, SUMS)
    off = rows_of(listed.transform(publication.unequal_sums, dispositions, ledger))
    if off:
        raise LedgerError(
            "nothing was published, lists, dispositions and ledger hold different numbers of "
            f"doses: {_said(off)}; run `doichieu run` again with a new --run-id"
        )


def _said(lines: Rows) -> str:
    return "; ".join(", ".join(f"{name} {value}" for name, value in x.items()) for x in lines)


def check_files(wanted: Rows, files: Rows) -> dict[str, Any]:
    """The totals of the manifest; an error when the files written do not add up to them."""
    by_disposition: dict[str, Counter[str]] = defaultdict(Counter)
    for line in wanted:
        by_disposition[line["disposition"]].update(rows=line["rows"], doses=line["doses"])
    for kind in (".csv", ".xlsx"):
        written = [entry for entry in files if Path(entry["file"]).suffix == kind]
        for sum_of in ("rows", "doses"):
            listed_sum = sum(entry[sum_of] for entry in written)
            wanted_sum = sum(line[sum_of] for line in wanted)
            if listed_sum != wanted_sum:
                raise LedgerError(
                    f"nothing was published: the {kind} lists hold {listed_sum:,} {sum_of} "
                    f"instead of {wanted_sum:,}; run publish again"
                )
    return {"dispositions": by_disposition}


def rows_of(df: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict() for row in df.collect()]
