"""The demo nation, whole: what the first release promises about its matches."""

import json

import pytest

from tests.pipeline.conftest import doichieu


@pytest.mark.slow
def test_the_demo_nation_is_matched_as_promised(demo, demo_conf, tmp_path):
    nation, made = demo
    warehouse = tmp_path / "warehouse"
    registers = ["--residents", nation / "residents.parquet", "--doses", nation / "doses.parquet"]
    doichieu("run", *registers, "--warehouse", warehouse, "--conf", demo_conf, "--quiet")
    truth = ["--truth", nation / "truth.parquet", "--conf", demo_conf]
    found = doichieu("evaluate", "--warehouse", warehouse, *truth, "--json")

    assert found["rows"] == made["doses"]
    assert found["precision"] >= 0.998
    assert found["resolvable_recall"] >= 0.97
    assert found["not_in_register_linked"] <= 0.01
    manifest = json.loads((warehouse / "published" / "manifest.json").read_text())
    assert manifest["files"]
