"""Comparison levels by the name that a matching file gives them: two values in, true or false out.

A level is `name` or `name argument`; l. and r. are the two records of a pair.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.columns import same
from transforms.matching.steps import checked_step, cleaned


@dataclass(frozen=True)
class Values:
    """The two values of a pair in one column, and how to reach its measures."""

    column: str

    @property
    def measures(self) -> str:
        return f"_measures_{self.column}"

    @property
    def left(self) -> Column:
        return F.col(f"l.{self.column}")

    @property
    def right(self) -> Column:
        return F.col(f"r.{self.column}")

    def measure(self, name: str) -> Column:
        return F.col(f"{self.measures}.{name}")


Condition = Callable[[Values, str], Column]
LEVEL = re.compile(r"([a-z_]+)(?: (.+))?")


def _at_least(measure: str) -> Condition:
    return lambda values, bound: values.measure(measure) >= float(bound)


def _at_most(measure: str) -> Condition:
    return lambda values, bound: values.measure(measure) <= float(bound)


def _prefix(values: Values, length: str) -> Column:
    """The shorter begins the longer and has at least so many characters."""
    begins = values.left.startswith(values.right) | values.right.startswith(values.left)
    return begins & (F.least(F.length(values.left), F.length(values.right)) >= int(length))


def _starts(values: Values, length: str) -> Column:
    n = int(length)
    long_enough = F.least(F.length(values.left), F.length(values.right)) >= n
    return long_enough & (F.substring(values.left, 1, n) == F.substring(values.right, 1, n))


def _swapped(values: Values, other: str) -> Column:
    """Each record holds the other's value in the other column."""
    crossed = same(values.left, F.col(f"r.{other}")) & same(values.right, F.col(f"l.{other}"))
    return crossed & (values.left != values.right)


def _found_in(values: Values, other: str) -> Column:
    return same(values.left, F.col(f"r.{other}")) | same(values.right, F.col(f"l.{other}"))


def _sounds_alike(values: Values, _: str) -> Column:
    return F.soundex(values.left) == F.soundex(values.right)


def _same_after(values: Values, steps: str) -> Column:
    names = steps.split(":")
    return same(cleaned(values.left, names), cleaned(values.right, names))


def _part(date: Column, start: int, length: int) -> Column:
    return F.when(F.length(date) >= start + length - 1, F.substring(date, start, length))


def _day_month_swapped(values: Values, _: str) -> Column:
    left, right = values.left, values.right
    crossed = same(_part(left, 5, 2), _part(right, 7, 2)) & same(
        _part(left, 7, 2), _part(right, 5, 2)
    )
    return crossed & same(_part(left, 1, 4), _part(right, 1, 4))


def _same_day_month(values: Values, _: str) -> Column:
    return same(_part(values.left, 5, 4), _part(values.right, 5, 4))


def _same_year(values: Values, _: str) -> Column:
    return same(_part(values.left, 1, 4), _part(values.right, 1, 4))


def _within_years(values: Values, years: str) -> Column:
    left, right = (_part(date, 1, 4).try_cast("int") for date in (values.left, values.right))
    return F.coalesce(F.abs(left - right) <= int(years), F.lit(False))


def _within_days(values: Values, days: str) -> Column:
    left, right = (
        F.try_to_date(_part(date, 1, 8), "yyyyMMdd") for date in (values.left, values.right)
    )
    return F.coalesce(F.abs(F.datediff(left, right)) <= int(days), F.lit(False))


def _difference(values: Values, bound: str) -> Column:
    return F.abs(values.left - values.right) <= float(bound)


def _percent(values: Values, bound: str) -> Column:
    largest = F.greatest(F.abs(values.left), F.abs(values.right))
    return F.abs(values.left - values.right) <= largest * (float(bound) / 100)


def _common(values: Values) -> Column:
    return F.size(F.array_intersect(values.left, values.right))


def _overlap(values: Values, count: str) -> Column:
    return _common(values) >= int(count)


def _jaccard(values: Values, share: str) -> Column:
    return _common(values) >= F.size(F.array_union(values.left, values.right)) * float(share)


def _words(values: Values) -> tuple[Column, Column]:
    return F.array_distinct(F.split(values.left, " ")), F.split(values.right, " ")


def _shared_words(values: Values, count: str) -> Column:
    return F.size(F.array_intersect(*_words(values))) >= int(count)


def _all_words(values: Values, _: str) -> Column:
    """Every word of the shorter stands in the longer."""
    left, right = map(F.array_distinct, _words(values))
    return F.size(F.array_intersect(left, right)) == F.least(F.size(left), F.size(right))


def _contains(values: Values, _: str) -> Column:
    return _common(values) == F.least(F.size(values.left), F.size(values.right))


LEVELS: dict[str, tuple[str, Condition]] = {
    "exact": ("", lambda values, _: values.left == values.right),
    "jaro_winkler": ("share", _at_least("jaro_winkler")),
    "similarity": ("share", _at_least("similarity")),
    "token_sort": ("share", _at_least("token_sort")),
    "levenshtein": ("count", _at_most("levenshtein")),
    "damerau": ("count", _at_most("damerau")),
    "prefix": ("count", _prefix),
    "starts": ("count", _starts),
    "sounds_alike": ("", _sounds_alike),
    "same": ("steps", _same_after),
    "swapped": ("column", _swapped),
    "found_in": ("column", _found_in),
    "day_month_swapped": ("", _day_month_swapped),
    "same_day_month": ("", _same_day_month),
    "same_year": ("", _same_year),
    "within_years": ("count", _within_years),
    "within_days": ("count", _within_days),
    "difference": ("number", _difference),
    "percent": ("number", _percent),
    "shared_words": ("count", _shared_words),
    "all_words": ("", _all_words),
    "overlap": ("count", _overlap),
    "jaccard": ("share", _jaccard),
    "contains": ("", _contains),
}
MEASURED = ("jaro_winkler", "similarity", "token_sort", "levenshtein", "damerau")
OF_SETS = ("overlap", "jaccard", "contains")
OF_NUMBERS = ("difference", "percent")
OF_DATES = ("day_month_swapped", "same_day_month", "same_year", "within_years", "within_days")
OF_OTHER_COLUMN = ("swapped", "found_in")
WITHOUT_TEXT = ("set", "number")


def parsed(level: str) -> tuple[str, str]:
    """(name, argument) of a level; ValueError that says what it should look like."""
    found = LEVEL.fullmatch(level)
    name, argument = (found[1], found[2] or "") if found else ("", "")
    if name not in LEVELS:
        raise ValueError(f"unknown level {level!r}; there are {', '.join(LEVELS)}")
    wanted = LEVELS[name][0]
    if not _fits(wanted, argument):
        raise ValueError(f"level {level!r}: {name} takes {wanted or 'no argument'}")
    return name, argument


def _fits(wanted: str, argument: str) -> bool:
    match wanted:
        case "":
            return argument == ""
        case "share":
            return re.fullmatch(r"0?\.\d+|1(\.0)?", argument) is not None
        case "count":
            return argument.isdecimal()
        case "number":
            return re.fullmatch(r"\d+(\.\d+)?", argument) is not None
        case "steps":
            return all(map(checked_step, argument.split(":")))
        case _:
            return re.fullmatch(r"[a-z][a-z0-9_]*", argument) is not None


def suits(level: str, kind: str) -> bool:
    """Whether a level can be asked of a column of that kind."""
    name, _ = parsed(level)
    special = {"set": OF_SETS, "number": OF_NUMBERS, "date": OF_DATES}
    if kind in WITHOUT_TEXT:
        return name == "exact" or name in special[kind]
    foreign = (name for other, names in special.items() if other != kind for name in names)
    return name not in foreign


def holds(level: str, values: Values) -> Column:
    """Whether the level holds for a pair whose two values are there."""
    name, argument = parsed(level)
    return LEVELS[name][1](values, argument)
