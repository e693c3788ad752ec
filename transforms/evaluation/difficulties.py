"""Which difficulties a dose row carries, by the words of its truth."""

from typing import NamedTuple

from pyspark.sql import Column
from pyspark.sql import functions as F

BETWEEN_WORDS = r"[|,;+/]"
NONE = "(none)"


class Difficulty(NamedTuple):
    """A difficulty told by the words of `truth_class` and `trap`, whoever made the truth."""

    name: str
    pattern: str
    unless: str = "^$"


DIFFICULTIES = (
    Difficulty("several fields wrong", "several"),
    Difficulty("someone else's number", "someone|stranger"),
    Difficulty("twin", "twin"),
    Difficulty("parent's number on a child", "parent"),
    Difficulty("namesake with the same birth date", "namesake", "other_date"),
    Difficulty("father and son", "father"),
    Difficulty("Telex", "telex"),
    Difficulty("VNI", "vni", "windows"),
    Difficulty("mojibake", "mojibake"),
    Difficulty("? for lost letters", r"question|\?"),
)


def words(text: Column) -> Column:
    """The words of a trap column, whatever separates them; one that says so where none is."""
    bare = F.regexp_replace(F.coalesce(text, F.lit("")), r'[\[\]"]', "")
    found = F.transform(F.split(bare, BETWEEN_WORDS), lambda word: F.trim(word))
    named = F.array_distinct(F.filter(found, lambda word: ~word.isin("", NONE)))
    return F.when(F.size(named) == 0, F.array(F.lit(NONE))).otherwise(named)


def difficulties(said: Column) -> Column:
    """Names of the difficulties that the words `said` tell of."""
    return F.array_compact(
        F.array(*(F.when(_tells(said, kind), F.lit(kind.name)) for kind in DIFFICULTIES))
    )


def _tells(said: Column, kind: Difficulty) -> Column:
    return F.exists(
        said,
        lambda word: F.lower(word).rlike(kind.pattern) & ~F.lower(word).rlike(kind.unless),
    )
