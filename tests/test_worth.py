"""Links are counted against the truth by hand."""

import polars as pl
import pytest

from scripts.worth import Worth


def test_links_to_anybody_else_are_wrong_and_those_missing_cost_recall():
    truth = pl.DataFrame(
        [("a", "R1"), ("b", "R2"), ("c", None), ("d", "R4"), ("e", "R5"), ("f", None)],
        schema=["dose_id", "resident_id"],
        orient="row",
    )
    links = pl.DataFrame(
        [("a", "R1"), ("b", "R9"), ("c", "R3"), ("d", None), ("e", "R5"), ("f", None)],
        schema=["dose_id", "resident_id"],
        orient="row",
    )

    worth = Worth.of(links, truth)

    assert worth == Worth(known=4, linked=4, right=2)
    assert worth.told() == ["4", "2", "0.50000", "0.50000", "0.50000"]


def test_a_row_that_an_engine_does_not_mention_is_not_linked():
    truth = pl.DataFrame({"dose_id": ["a", "b"], "resident_id": ["R1", "R2"]})
    worth = Worth.of(pl.DataFrame({"dose_id": ["b"], "resident_id": ["R2"]}), truth)

    assert (worth.known, worth.linked, worth.right) == (2, 1, 1)
    assert float(worth.told()[3]) == pytest.approx(1 / 2)
