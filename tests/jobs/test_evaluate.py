"""The evaluate command's figures, from tables and a truth file."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import InputError
from jobs.evaluate import calibration_error, evaluate, f1
from jobs.evaluation_tables import tell
from jobs.tables import Tables
from tests.fake_rows import fake_rows
from transforms.schemas import DISPOSITION, LINK, PROFILE

TRUTH = "\n".join([
    "dose_id,resident_id,duplicate_of,truth_class,trap",
    "1,R1,,verified,", "2,R2,,wrong,twin", "3,,,foreign,", "4,R4,,noid_resolvable,", "",
])  # fmt: skip


@pytest.fixture
def tables(spark: SparkSession, tmp_path: Path) -> Tables:
    tables = Tables(spark, str(tmp_path / "warehouse"))
    rows = [
        ("1", 1, "R1", "verified", None, None, "01", "r", None),
        ("2", 2, "R1", "wrong", None, None, "01", "r", None),
        ("3", 3, "R3", "recovered", None, None, "01", "r", None),
        ("4", 4, "R4", "recovered", None, None, "01", "r", None),
    ]
    profiles = [{"profile_id": n, "doses": 1, "number_kind": "cccd"} for n in range(1, 4)]
    profiles.append({"profile_id": 4, "doses": 1, "number_kind": "missing"})
    tables.overwrite("dispositions", spark.createDataFrame(rows, DISPOSITION))
    best = {"decision": "linked", "match_probability": 0.9}
    links = [{"profile_id": n, "best_resident_id": f"R{n}", **best} for n in (1, 2, 3, 4)]
    tables.overwrite("links", fake_rows(spark, LINK, links))
    tables.overwrite("profiles", spark.createDataFrame(profiles, PROFILE))
    return tables


def test_figures_add_up_and_can_be_told(
    tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(TRUTH)
    figures = evaluate(tables, str(truth))
    expected = {
        "rows": 4, "linked": 4, "precision": 0.5, "recall": 2 / 3, "f1": 4 / 7,
        "resolvable": 3, "resolvable_precision": 2 / 3, "resolvable_recall": 2 / 3,
        "not_in_register": 1, "not_in_register_linked": 1.0, "without_number_recall": 1.0,
        "double_entries": 0, "double_entry_precision": None, "wrongly_linked": 2,
        "resolvable_by": "class", "without_number": 1, "worst_subgroup": None,
        "calibrated_profiles": 4, "calibration_error": pytest.approx(0.15),
    }  # fmt: skip
    assert {name: figures[name] for name in expected} == expected
    assert figures["confusion"] == {
        "foreign": {"recovered": 1},
        "noid_resolvable": {"recovered": 1},
        "verified": {"verified": 1},
        "wrong": {"wrong": 1},
    }
    assert figures["trap"]["twin"]["precision"] == 0.0
    assert figures["difficulty"]["twin"]["resolvable_f1"] == 0.0
    assert figures["number_kind"]["cccd"]["verdict"] == "too few"
    assert figures["calibration"] == {"0.90": {"profiles": 4, "predicted": 0.9, "right": 0.75}}
    assert {row["verdict"] for row in figures["scorecard"]} == {"too few", "no rows"}
    json.dumps(figures)

    tell(figures)
    told = capsys.readouterr().out
    for said in ("precision of everything linked", "0.50000", "≥ 0.9995", "noid_resolvable"):
        assert said in told
    assert "…" not in told


def test_a_warehouse_without_dispositions_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(TRUTH)
    with pytest.raises(InputError, match="no dispositions, profiles, links yet"):
        evaluate(Tables(spark, str(tmp_path)), str(truth))


def test_the_interval_of_f1_is_that_of_the_share_in_the_union() -> None:
    # 90 right of 95 called and 100 actual: J = 90 / 105, whose Wilson interval is .7776 to .9115.
    found = f1("f1", 90, 95, 100)
    assert found["f1"] == pytest.approx(180 / 195)
    ends = [2 * j / (1 + j) for j in (0.777600, 0.911475)]
    assert [found["f1_low"], found["f1_high"]] == pytest.approx(ends, abs=1e-5)
    assert f1("f1", 0, 0, 0) == {"f1": None, "f1_low": None, "f1_high": None}


def test_the_calibration_error_weighs_each_bin_by_its_profiles() -> None:
    bins = [
        {"profiles": 30, "predicted": 27.0, "right": 24.0},
        {"profiles": 10, "predicted": 1.0, "right": 2.0},
    ]
    assert calibration_error(bins) == pytest.approx(0.1)
    assert calibration_error([]) is None


def test_a_truth_without_the_residents_is_refused(tables: Tables, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("dose_id\n1\n")
    with pytest.raises(InputError, match="no column resident_id"):
        evaluate(tables, str(truth))
