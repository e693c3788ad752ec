"""Whom a day settles anew, of those whom it decides upon anew."""

import polars as pl
import pytest

from jobs.updating.day import Told
from jobs.updating.reach import decided_otherwise

SCHEMA = {
    "profile_id": pl.Int64,
    "resident_id": pl.String,
    "decision": pl.String,
    "margin": pl.Float64,
    "evidence": pl.List(pl.String),
    "runner_up_id": pl.String,
}
LINK = {
    "profile_id": 1,
    "resident_id": "R-1",
    "decision": "linked",
    "margin": 9.5,
    "evidence": ["name same", "birth day"],
}
OTHER = {"profile_id": 2}


def links(*rows):
    return pl.DataFrame([LINK | row for row in rows], schema=SCHEMA)


def test_who_is_decided_the_very_same_is_not_settled_anew():
    both = links({}, OTHER | {"decision": "unlinked", "resident_id": None})
    assert decided_otherwise(Told(both, both.reverse())).is_empty()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("resident_id", "R-2"),
        ("decision", "unlinked"),
        ("margin", 9.25),
        ("margin", None),
        ("evidence", ["name same"]),
        ("evidence", []),
        ("runner_up_id", "R-3"),
    ],
)
def test_whatever_is_another_is_seen(column, value):
    told = decided_otherwise(Told(links({}, OTHER), links(OTHER, {column: value})))
    assert told.to_list() == [1]


def test_who_is_decided_for_the_first_time_or_no_longer_is_settled():
    assert decided_otherwise(Told(links({}), links(OTHER))).to_list() == [1, 2]


def test_reviews_are_settled_whatever_they_were():
    review = links({"decision": "review"})
    assert decided_otherwise(Told(review, review)).to_list() == [1]
    assert decided_otherwise(Told(links({}), review)).to_list() == [1]
