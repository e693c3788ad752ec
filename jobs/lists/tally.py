"""The figures of a list's first sheet, counted while its rows go by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from jobs.lists import wording
from jobs.lists.fields import Row


class Tally:
    """People, rows and doses by sheet, by class and in all."""

    def __init__(self) -> None:
        self.people: dict[str, set[str]] = defaultdict(set)
        self.rows: dict[str, int] = defaultdict(int)
        self.doses: dict[str, int] = defaultdict(int)

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yields the rows as they come, each counted as it passes."""
        for row in rows:
            person = row["person_id"] or row["correction_id"]
            for name in (row["sheet"], row["case_class"], wording.TOTAL):
                self.people[name].add(person)
                self.rows[name] += 1
                self.doses[name] += row["doses"]
            yield row

    def figures(self, name: str) -> tuple[int, int, int]:
        """People, rows, doses of one line of the first sheet."""
        return len(self.people[name]), self.rows[name], self.doses[name]
