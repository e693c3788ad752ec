"""Receive: returned lists -> decisions; whatever cannot be believed is refused, row by row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs import clock, lock
from jobs.arrivals import Arrivals, spooled
from jobs.counting import Counting, counting
from jobs.errors import InputError
from jobs.list_secret import list_secret
from jobs.lists import refusals, wording
from jobs.lists.files import csv_file, write_whole
from jobs.lists.protection import Passwords
from jobs.lists.reading import Opening, processes_for, read_all
from jobs.lists.refusals import Refusal
from jobs.scratch import scratch
from jobs.tables import Commit, Tables
from transforms import decisions
from transforms.schemas import RETURNED_ANSWER

Facts = dict[str, object]
LISTED = ("listed_rows", "pilot_rows")
REPORT = "tu-choi.csv"
OWNER_ONLY, OWNER_FOLDER = 0o600, 0o700
SPOOL = "answers.parquet"


class Receipt(NamedTuple):
    """One call of the command: all answers it takes in arrived at the same moment."""

    name: str
    at: datetime


class Post(NamedTuple):
    """How what came back is opened: the passwords it may have, and each commune's province."""

    passwords: Passwords = Passwords()
    provinces: Mapping[str, str] = {}


def receive(
    tables: Tables,
    paths: Sequence[Path],
    *,
    good_rows: bool,
    post: Post = Post(),  # noqa: B008 - frozen
    told: Counting | None = None,
) -> Facts:
    """Take in every file that holds throughout; of a broken one, only what `good_rows` asks for."""
    found, warehouse = workbooks(paths), Path(tables.warehouse)
    opening = Opening(list_secret(warehouse), post.passwords, processes_for(len(found)))
    read = read_all(found, opening._replace(provinces=post.provinces))
    progress = told or counting(quiet=True)
    with lock.held(warehouse, "receive"):
        receipt = received_now()
        folder = warehouse / "received" / f".{receipt.name}"
        with scratch(tables.spark, str(folder)):
            folder.mkdir(parents=True, mode=OWNER_FOLDER)
            arrivals = spooled(progress.through(read, len(found)), folder / SPOOL)
            facts = taken_in(tables, arrivals, receipt, folder / SPOOL, good_rows=good_rows)
        refused = arrivals.lines()
        report = write_report(warehouse, receipt, refused)
    return {
        "files": len(found),
        "files refused": len(arrivals.refused),
        "rows": arrivals.rows,
        **facts,
        "refused": len(refused),
        "report": str(report) if refused else None,
        **standing_facts(tables),
    }


def received_now() -> Receipt:
    """A receipt of its own for every call: they are made one at a time, and carry microseconds."""
    at = clock.now()
    return Receipt(f"{at:%Y%m%dT%H%M%S-%f}", at)


def taken_in(
    tables: Tables, arrivals: Arrivals, receipt: Receipt, place: Path, *, good_rows: bool
) -> Facts:
    """The answers at `place` that can be believed become decisions; the others are refused."""
    if not arrivals.answers:
        return {"answers": 0, "new answers": 0, "by answer": {}}
    answers = tables.spark.read.parquet(str(place))
    told = answers.transform(decisions.arrived, listed(tables))
    for row in told.where("is_unlisted").orderBy("file", "row").collect():
        name, sheet = arrivals.names[row["file"]], wording.SHEETS[row["sheet"]]
        refusal = Refusal(name, row["list_id"], sheet, row["row"], refusals.NOT_LISTED)
        arrivals.refused.setdefault(row["file"], []).append(refusal)
    sound = told.where(~F.col("is_unlisted") & (F.lit(good_rows) | ~F.col("is_broken")))
    counted = {row["answer"]: row["count"] for row in sound.groupBy("answer").count().collect()}
    return {
        "answers": sum(counted.values()),
        "new answers": keep(tables, sound, receipt) if counted else 0,
        "by answer": dict(sorted(counted.items())),
    }


def workbooks(paths: Sequence[Path]) -> list[Path]:
    """The files named, and all files below the folders named, in the order of their names."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise InputError(f"{', '.join(missing)}: no such file or folder; give what came back")
    files = {file for path in paths for file in _below(path)}
    if not files:
        raise InputError("no file there; give the workbooks that came back, or their folder")
    return sorted(files)


def _below(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    found = (file for file in path.rglob("*") if file.is_file() and not file.is_symlink())
    return [file for file in found if not file.name.startswith(("~$", "."))]


def keep(tables: Tables, answers: DataFrame, receipt: Receipt) -> int:
    """Add the answers that are new to `decisions`; nothing there is changed. Returns how many."""
    signed = {"receipt": F.lit(receipt.name), "received_at": F.lit(receipt.at)}
    # A file that is there twice says the same twice, to the letter.
    given = answers.withColumns(signed).select(*RETURNED_ANSWER.names).distinct()
    told = given.transform(decisions.with_rows, listed(tables))
    if tables.exists(decisions.TABLE):
        told = told.transform(decisions.unknown, tables.read(decisions.TABLE))
    by_us = Tables(tables.spark, tables.warehouse, Commit(receipt.name, "receive"))
    by_us.put(decisions.TABLE, told, "receipt", receipt.name)
    kept = tables.read(decisions.TABLE)
    return kept.where(kept.receipt == receipt.name).count()


def listed(tables: Tables) -> DataFrame:
    """Every row ever listed, to the nation or in a pilot."""
    there = [tables.read(name) for name in LISTED if tables.exists(name)]
    if not there:
        raise InputError(f"{tables.warehouse}: no lists were published from here; publish first")
    return decisions.rows_known(there)


def write_report(warehouse: Path, receipt: Receipt, refused: Sequence[Refusal]) -> Path:
    """The refusals in Vietnamese, one a line; nothing is written where there is none."""
    path = warehouse / "received" / receipt.name / REPORT
    if refused:
        write_whole(path, csv_file([refusals.HEADINGS, *(line.line() for line in refused)]))
        path.chmod(OWNER_ONLY)
    return path


def standing_facts(tables: Tables) -> Facts:
    """What all answers together say: contradictions, and how right each grade of evidence is."""
    if not tables.exists(decisions.TABLE):
        return {}
    table = tables.read(decisions.TABLE)
    graded = [row.asDict() for row in decisions.precision(table, "evidence_grade").collect()]
    torn = decisions.contradictions(table).collect()
    return {
        "grades": {row.pop("evidence_grade"): row for row in graded},
        "contradictions": [row.asDict() for row in torn],
    }
