"""Receive: returned lists -> decisions; whatever cannot be believed is refused, row by row."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pyspark.sql import DataFrame

from jobs import clock, lock
from jobs.config import digest
from jobs.errors import InputError
from jobs.list_secret import list_secret
from jobs.lists import refusals
from jobs.lists.files import csv_file, write_whole
from jobs.lists.protection import Keyring, Passwords
from jobs.lists.refusals import Refusal
from jobs.lists.returned import Answer, Returned, read_returned
from jobs.tables import Commit, Tables
from transforms import decisions
from transforms.schemas import RETURNED_ANSWER

Facts = dict[str, object]
LISTED = ("listed_rows", "pilot_rows")
REPORT = "tu-choi.csv"
OWNER_ONLY = 0o600


class Receipt(NamedTuple):
    """One call of the command: all answers it takes in arrived at the same moment."""

    name: str
    at: datetime


def receive(
    tables: Tables,
    paths: Sequence[Path],
    *,
    good_rows: bool,
    passwords: Passwords = Passwords(),  # noqa: B008 - frozen
) -> Facts:
    """Take in every file that holds throughout; of a broken one, only what `good_rows` asks for."""
    keyring = Keyring(passwords.by_province.values())
    found, warehouse = workbooks(paths), Path(tables.warehouse)
    secret = list_secret(warehouse)
    opened = [read_returned(path, secret, keyring) for path in found]
    with lock.held(warehouse, "receive"):
        receipt = received_now()
        read = only_listed(tables, opened)
        taken = [answer for one in read for answer in one.answers if good_rows or not one.refused]
        new = keep(tables, taken, receipt)
    refused = [line for one in read for line in one.refused]
    report = write_report(warehouse, receipt, refused)
    return {
        "files": len(found),
        "files refused": sum(bool(one.refused) for one in read),
        "rows": sum(one.rows for one in read),
        "answers": len(taken),
        "new answers": new,
        "by answer": dict(sorted(Counter(answer.answer for answer in taken).items())),
        "refused": len(refused),
        "report": str(report) if refused else None,
        **standing_facts(tables),
    }


def received_now() -> Receipt:
    """A receipt of its own for every call: they are made one at a time, and carry microseconds."""
    at = clock.now()
    return Receipt(f"{at:%Y%m%dT%H%M%S-%f}", at)


def only_listed(tables: Tables, read: Sequence[Returned]) -> list[Returned]:
    """What was read less the rows that no publication of this warehouse ever listed."""
    keys = {(answer.correction_id,) for one in read for answer in one.answers}
    if not keys:
        return list(read)
    asked = tables.spark.createDataFrame(sorted(keys), "correction_id string")
    # correction_id is the key of what is listed.
    unlisted = asked.join(listed(tables), on="correction_id", how="left_anti").collect()
    return [one.without({row["correction_id"] for row in unlisted}) for one in read]


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


def keep(tables: Tables, answers: Sequence[Answer], receipt: Receipt) -> int:
    """Add the answers that are new to `decisions`; nothing there is changed. Returns how many."""
    if not answers:
        return 0
    rows = {identity(answer): answer for answer in answers}
    given = [(key, receipt.name, receipt.at, *answer) for key, answer in sorted(rows.items())]
    frame = tables.spark.createDataFrame(given, RETURNED_ANSWER)
    told = frame.transform(decisions.with_rows, listed(tables))
    signed = Tables(tables.spark, tables.warehouse, Commit(receipt.name, "receive"))
    if tables.exists(decisions.TABLE):
        told = told.transform(decisions.unknown, tables.read(decisions.TABLE))
    signed.put(decisions.TABLE, told, "receipt", receipt.name)
    kept = tables.read(decisions.TABLE)
    return kept.where(kept.receipt == receipt.name).count()


def identity(answer: Answer) -> str:
    """What one file says of one row: the same file again says nothing new, a later one may."""
    words = (answer.answer, answer.corrected_value or "", answer.note or "")
    return digest(answer.file_sha256, answer.list_id, answer.sheet, answer.correction_id, *words)


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
