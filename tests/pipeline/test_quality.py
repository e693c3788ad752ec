"""The demo nation, whole: what the first release promises about its matches."""

import json
import subprocess
import sys

import pytest

from tests.pipeline.conftest import environment

DEMO = "98000"


def doichieu(*words):
    """One command of the product; its JSON answer, if it gives one."""
    command = [sys.executable, "-m", "jobs.cli", *map(str, words)]
    done = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True)
    return json.loads(done.stdout) if "--json" in words else None


@pytest.mark.slow
def test_the_demo_nation_is_matched_as_promised(conf, tmp_path):
    nation, warehouse = tmp_path / "nation", tmp_path / "warehouse"
    made = doichieu(
        "synthesise", "--residents", DEMO, "--out", nation, "--seed", 77, "--conf", conf, "--json"
    )
    registers = ["--residents", nation / "residents.parquet", "--doses", nation / "doses.parquet"]
    doichieu("run", *registers, "--warehouse", warehouse, "--conf", conf, "--quiet")
    truth = ["--truth", nation / "truth.parquet", "--conf", conf]
    found = doichieu("evaluate", "--warehouse", warehouse, *truth, "--json")

    assert found["rows"] == made["doses"]
    assert found["precision"] >= 0.998
    assert found["resolvable_recall"] >= 0.97
    assert found["not_in_register_linked"] <= 0.01
    manifest = json.loads((warehouse / "published" / "manifest.json").read_text())
    assert manifest["files"]
