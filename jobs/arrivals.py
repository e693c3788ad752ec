"""What a pile of returned files says: refusals in memory, all answers in a file of their own.

A nation answers tens of millions of rows; no more than a few files' are objects at a time.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.config import digest
from jobs.lists.refusals import Refusal
from jobs.lists.returned import Answer, Returned

ROWS_AT_ONCE = 50_000
ANSWER = {name: pa.int32() if name == "row" else pa.string() for name in Answer._fields}
SPOOLED = pa.schema(
    {"file": pa.int32(), "is_refused": pa.bool_(), "decision_id": pa.string()} | ANSWER
)


class Arrivals(NamedTuple):
    """The files in their order, by number: what they are called, hold, and are refused for."""

    names: list[str]
    refused: dict[int, list[Refusal]]
    rows: int
    answers: int

    def lines(self) -> list[Refusal]:
        """All that is refused, file by file."""
        return [line for number in sorted(self.refused) for line in self.refused[number]]


def spooled(found: Iterable[Returned], place: Path) -> Arrivals:
    """Every answer goes to `place` as it comes, with the number of its file."""
    told = Arrivals([], {}, 0, 0)
    waiting: list[tuple[object, ...]] = []
    with pq.ParquetWriter(place, SPOOLED) as out:
        for number, one in enumerate(found):
            told.names.append(one.file)
            if one.refused:
                told.refused[number] = list(one.refused)
            waiting += [
                (number, bool(one.refused), identity(answer), *answer) for answer in one.answers
            ]
            told = told._replace(rows=told.rows + one.rows, answers=told.answers + len(one.answers))
            if len(waiting) >= ROWS_AT_ONCE:
                out.write_table(as_table(waiting))
                waiting = []
        out.write_table(as_table(waiting))
    return told


def as_table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(SPOOLED)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, SPOOLED, strict=True)], SPOOLED)


def identity(answer: Answer) -> str:
    """What one file says of one row: the same file again says nothing new, a later one may.

    A nation answers tens of millions of rows and two alike would be one answer: 128 bits.
    """
    words = (answer.answer, answer.corrected_value or "", answer.note or "")
    said = (answer.file_sha256, answer.list_id, answer.sheet, answer.correction_id, *words)
    return digest(*said, digits=32)
