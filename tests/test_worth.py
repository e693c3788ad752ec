"""Links are counted against the truth by hand."""

import polars as pl

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

    assert worth == Worth(known=2, linked=1, right=1)
    assert worth.told() == ["1", "0", "1.00000", "0.50000", "0.66667"]


def test_an_engine_that_links_nothing_has_no_precision():
    assert Worth(known=2, linked=0, right=0).told() == ["0", "0", "–", "0.00000", "0.00000"]
