"""A nation, whole: what the first release promises about its matches."""

import pytest


@pytest.mark.slow
def test_the_nation_is_matched_as_promised(nation, finished, in_session):
    truth = ["--truth", nation.folder / "truth.parquet"]
    found = in_session("evaluate", "--warehouse", finished, *truth, "--json")

    assert found["rows"] == nation.made["doses"]
    assert found["precision"] >= 0.998
    assert found["resolvable_recall"] >= 0.97
    assert found["not_in_register_linked"] <= 0.01
