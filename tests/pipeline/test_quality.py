"""A nation, whole: what the first release promises about its matches."""

import pytest

from tests.pipeline.conftest import doichieu


@pytest.mark.slow
def test_the_nation_is_matched_as_promised(nation, interrupted, conf):
    truth = ["--truth", nation.folder / "truth.parquet", "--conf", conf]
    found = doichieu("evaluate", "--warehouse", interrupted.warehouse, *truth, "--json")

    assert found["rows"] == nation.made["doses"]
    assert found["precision"] >= 0.998
    assert found["resolvable_recall"] >= 0.97
    assert found["not_in_register_linked"] <= 0.01
