"""Capture–recapture between blocking rules: true pairs that no rule has brought together.

Rules that need no number and no phone are one list of the linked pairs, rules that need no name
another; who is on both tells how many are on neither (Chapman 1951).
"""

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from transforms.estimates import Estimate, wilson
from transforms.exchange import Kind, Rows, met
from transforms.measurement.figures import Figure, chapman, ratio
from transforms.measurement.rules import Keys, descriptive, identifying
from transforms.schemas import BOOL, LONG, STRING, table

APART = "\x1f"
PAIR = Kind(
    "pair",
    pl.Schema(
        {
            "profile_id": pl.Int64(),
            "resident_id": pl.String(),
            "rules": pl.String(),
            "number_level": pl.String(),
            "phone_level": pl.String(),
        }
    ),
    key="profile_id",
)
LINK = Kind(
    "link",
    pl.Schema({"profile_id": pl.Int64(), "resident_id": pl.String(), "decision": pl.String()}),
    key="profile_id",
)
SET = table("reachable pairs linked", rules=STRING, reachable=BOOL, pairs=LONG, linked=LONG)
MEASURE = "pairs_never_compared"


class RuleSet(NamedTuple):
    """Pairs and linked pairs that one set of rules found.

    `reachable` tells whether a number or a phone was given at all, without which the rules on them
    cannot fire.
    """

    rules: frozenset[str]
    reachable: bool
    pairs: int
    linked: int


def counted(scored_pairs: DataFrame, links: DataFrame, segments: int) -> DataFrame:
    """Pairs and linked pairs per set of rules: a few hundred rows a segment.

    `links` has one row per profile.
    """

    def joined(pairs: pl.DataFrame) -> pl.DataFrame:
        return pairs.with_columns(pl.col("rules").list.join(APART))

    def kernel(pairs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
        linked = links.filter(pl.col("decision") == "linked").with_columns(linked=pl.lit(1))
        told = pairs.join(linked, on=["profile_id", "resident_id"], how="left")
        number, phone = pl.col("number_level") != "absent", pl.col("phone_level") != "missing"
        sets = told.group_by("rules", reachable=number | phone)
        return sets.agg(pairs=pl.len(), linked=pl.sum("linked"))

    return met([Rows(scored_pairs, PAIR, made=joined), Rows(links, LINK)], segments, kernel, SET)


def rule_sets(counts: pl.DataFrame) -> list[RuleSet]:
    """The sets of all segments."""
    whole = counts.group_by("rules", "reachable").agg(pl.sum("pairs", "linked")).sort("rules")
    return [
        RuleSet(frozenset(filter(None, rules.split(APART))), *of)
        for rules, *of in whole.select(*RuleSet._fields).iter_rows()
    ]


def by_rule(sets: list[RuleSet]) -> list[Figure]:
    """Per rule: its share of the pairs, of those nobody else found, and of the linked ones."""
    pairs, links = total(sets, "pairs"), total(sets, "linked")
    return [
        figure
        for rule in sorted({rule for one in sets for rule in one.rules})
        for figure in of_rule(rule, [one for one in sets if rule in one.rules], pairs, links)
    ]


def of_rule(rule: str, sets: list[RuleSet], pairs: int, links: int) -> list[Figure]:
    alone = [one for one in sets if len(one.rules) == 1]
    of, new_links = ("rule", rule), total(alone, "linked")
    return [
        Figure.of(of, "rule_pairs", Estimate(float(total(sets, "pairs"))), pairs),
        Figure.of(of, "rule_new_pairs", Estimate(float(total(alone, "pairs"))), pairs),
        Figure.of(of, "rule_links", Estimate(float(total(sets, "linked"))), links),
        Figure.of(of, "rule_new_links", Estimate(float(new_links)), links),
        Figure.of(of, "rule_recall_added", wilson(new_links, links), links),
    ]


def total(sets: Iterable[RuleSet], name: str) -> int:
    return sum(getattr(one, name) for one in sets)


class Lists(NamedTuple):
    """Linked pairs: all, on the first list, on the second, on both."""

    linked: int
    first: int
    second: int
    both: int

    @classmethod
    def of(cls, sets: Iterable[RuleSet], rules: Keys) -> "Lists":
        first, second = (frozenset(names) for names in (descriptive(rules), identifying(rules)))
        told = [(one.linked, bool(one.rules & first), bool(one.rules & second)) for one in sets]
        return cls(
            sum(n for n, *_ in told),
            sum(n for n, one, _ in told if one),
            sum(n for n, _, other in told if other),
            sum(n for n, one, other in told if one and other),
        )


def never_compared(sets: list[RuleSet], rules: Keys) -> list[Figure]:
    """True pairs that no rule found: where a number or phone was given, where not, and together.

    Where neither was given one list is empty by nature; there the rate at which the other list
    finds pairs is taken from where both were possible.
    """
    reached = Lists.of((one for one in sets if one.reachable), rules)
    silent = Lists.of((one for one in sets if not one.reachable), rules)
    given, not_given = missing_with(reached), missing_without(reached, silent.linked)
    whole = Estimate(*(plus(a, b) for a, b in zip(given, not_given, strict=True)))
    found = reached.linked + silent.linked
    shares = (None if n is None else ratio(found, found + n) for n in (whole[0], *whole[:0:-1]))
    return [
        Figure.of(("number_or_phone", "given"), MEASURE, given, reached.linked),
        Figure.of(("number_or_phone", "not given"), MEASURE, not_given, silent.linked),
        Figure.of(("all", "all"), MEASURE, whole, found),
        Figure.of(("all", "all"), "blocking_recall", Estimate(*shares), found),
    ]


def plus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def missing_with(lists: Lists) -> Estimate:
    """Both lists could find the pair: Chapman's size less all that any rule has found.

    Unknown where the lists share no pair: nothing can be told then.
    """
    if not lists.both:
        return Estimate(None)
    size = chapman(lists.first, lists.second, lists.both)
    return Estimate(*(max(part - lists.linked, 0.0) for part in size if part is not None))


def missing_without(lists: Lists, found: int) -> Estimate:
    """Only the first list could: n found at rate p leave n (1 − p) / p behind."""
    rate = wilson(lists.both, lists.second)
    if not found:
        return Estimate(0.0, 0.0, 0.0)
    behind = [None if not share else found * (1 - share) / share for share in rate]
    return Estimate(behind[0], behind[2], behind[1])
