"""The evaluate command's figures, from tables and a truth file."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import InputError
from jobs.evaluate import evaluate
from jobs.tables import Tables
from transforms.schemas import DISPOSITION, PROFILE

TRUTH = "\n".join([
    "dose_id,resident_id,duplicate_of,truth_class,trap",
    "1,R1,,verified,", "2,R2,,wrong,twin", "3,,,foreign,", "4,R4,,noid_resolvable,", "",
])  # fmt: skip


@pytest.fixture
def tables(spark: SparkSession, tmp_path: Path) -> Tables:
    tables = Tables(spark, str(tmp_path / "warehouse"))
    rows = [
        ("1", 1, "R1", "verified", None, None, "01", "r"),
        ("2", 2, "R1", "wrong", None, None, "01", "r"),
        ("3", 3, "R3", "recovered", None, None, "01", "r"),
        ("4", 4, "R4", "recovered", None, None, "01", "r"),
    ]
    profiles = [{"profile_id": n, "doses": 1, "number_kind": "cccd"} for n in range(1, 4)]
    profiles.append({"profile_id": 4, "doses": 1, "number_kind": "missing"})
    tables.overwrite("dispositions", spark.createDataFrame(rows, DISPOSITION))
    tables.overwrite("profiles", spark.createDataFrame(profiles, PROFILE))
    return tables


def test_figures_add_up_and_can_be_written_as_json(tables: Tables, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(TRUTH)
    figures = evaluate(tables, str(truth))
    expected = {
        "rows": 4, "linked": 4, "precision": 0.5, "recall": 2 / 3, "f1": 4 / 7,
        "resolvable": 3, "resolvable_precision": 2 / 3, "resolvable_recall": 2 / 3,
        "not_in_register": 1, "not_in_register_linked": 1.0, "without_number_recall": 1.0,
        "double_entries": 0, "double_entry_precision": None,
    }  # fmt: skip
    assert {name: figures[name] for name in expected} == expected
    assert figures["confusion"] == {
        "foreign": {"recovered": 1},
        "noid_resolvable": {"recovered": 1},
        "verified": {"verified": 1},
        "wrong": {"wrong": 1},
    }
    assert figures["trap"]["twin"]["precision"] == 0.0
    json.dumps(figures)


def test_a_truth_without_the_residents_is_refused(tables: Tables, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("dose_id\n1\n")
    with pytest.raises(InputError, match="no column resident_id"):
        evaluate(tables, str(truth))
