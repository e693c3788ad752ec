import hashlib
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs import publish
from jobs.config import Settings
from jobs.errors import LedgerError
from jobs.run import Inputs, Run
from jobs.tables import Commit, Tables
from tests.fake_rows import fake_rows
from transforms import schemas
from transforms.publication import Publication

PLACES = [("01", "001", "00001"), ("01", "001", None), ("01", None, None), (None, None, None)]
FILES = [
    "lists/01-ha-noi/001-quan-ba-dinh/00001-phuong-phuc-xa",
    "lists/01-ha-noi/001-quan-ba-dinh/khong-ro",
    "lists/01-ha-noi/khong-ro/khong-ro",
    "lists/khong-ro/khong-ro/khong-ro",
]
DOSE = {"dose_numbers": [1], "injected_on": [date(2021, 9, 1)], "facility_codes": ["F1"]}


def correction(number: int) -> dict[str, Any]:
    province, district, commune = PLACES[number % len(PLACES)]
    return DOSE | {
        "correction_id": f"{number:016x}",
        "profile_id": number,
        "disposition": "wrong" if number % 3 else "review",
        "case_class": "c",
        "side": "platform",
        "evidence_grade": "B",
        "current_full_name": f"Người {number}",
        "province_code": province,
        "district_code": district,
        "commune_code": commune,
        "doses": 1,
        "dose_ids": [f"d{number}"],
    }


@pytest.fixture
def run(spark: SparkSession, settings: Settings, tmp_path: Path) -> Run:
    """A warehouse with ten corrections whose sums agree."""
    rows = [correction(i) for i in range(10)]
    decided = [
        {
            "dose_id": r["dose_ids"][0],
            "profile_id": r["profile_id"],
            "disposition": r["disposition"],
        }
        for r in rows
    ]
    sums = {"wrong": 6, "review": 4}
    entered = [
        {"stage": "disposition", "class": c, "rows": n, "province_code": "01"}
        for c, n in sums.items()
    ]
    whole = [
        {"stage": stage, "class": "all", "rows": 10, "province_code": "01"}
        for stage in ("received", "profiled")
    ]
    tables = Tables(spark, str(tmp_path / "warehouse"), Commit("r1"))
    tables.overwrite("corrections", fake_rows(spark, schemas.CORRECTION, rows).repartition(3))
    tables.overwrite("dispositions", fake_rows(spark, schemas.DISPOSITION, decided))
    tables.overwrite("ledger", fake_rows(spark, schemas.LEDGER, [*entered, *whole]))
    matching: Any = SimpleNamespace(publication=Publication(rows_per_file=2, tasks=2))
    return Run(tables, settings, matching, Inputs("", ""), "r1")


def test_every_correction_is_in_one_list_and_the_same_run_gives_the_same_bytes(run: Run) -> None:
    publish.run(run)
    first = (run.output / "manifest.json").read_bytes()
    manifest = json.loads(first)
    files = {entry["file"]: entry for entry in manifest["files"]}
    assert manifest["dispositions"] == {
        "review": {"doses": 4, "rows": 4},
        "wrong": {"doses": 6, "rows": 6},
    }
    parts = [*FILES, f"{FILES[0]}-2", f"{FILES[1]}-2"]
    provinces = ["01-ha-noi", "khong-ro"]
    summaries = [f"lists/{p}/tong-hop{s}" for p in provinces for s in (".csv", ".xlsx")]
    bundles = [f"bundles/{p}.zip" for p in provinces]
    assert sorted(files) == sorted(
        [f"{p}{s}" for p in parts for s in (".csv", ".xlsx")] + summaries + bundles
    )
    for suffix in (".csv", ".xlsx"):
        found = [e for name, e in files.items() if name.endswith(suffix) and name not in summaries]
        assert sum(e["rows"] for e in found) == 10
    for name, entry in files.items():
        assert hashlib.sha256((run.output / name).read_bytes()).hexdigest() == entry["sha256"]
    seen = [
        line.split(",")[1]
        for part in parts
        for line in (run.output / f"{part}.csv").read_text("utf-8-sig").splitlines()[1:]
    ]
    assert sorted(seen) == [f"{i:016x}" for i in range(10)]
    assert publish.finished(run)
    publish.run(run)
    assert (run.output / "manifest.json").read_bytes() == first
    assert not run.output.with_name("published.previous").exists()
    assert run.tables.read("publications").count() == len(parts) * 2


def test_lists_that_do_not_add_up_are_refused_and_nothing_changes(run: Run) -> None:
    spark = run.tables.spark
    run.tables.overwrite(
        "corrections", fake_rows(spark, schemas.CORRECTION, [correction(i) for i in range(9)])
    )
    with pytest.raises(LedgerError, match="disposition review, decided 4, entered 4, listed 3"):
        publish.run(run)
    assert not run.output.exists()


def test_a_ledger_that_does_not_balance_is_refused(run: Run) -> None:
    line = {"stage": "received", "class": "all", "rows": 11, "province_code": "01"}
    run.tables.overwrite("ledger", fake_rows(run.tables.spark, schemas.LEDGER, [line]))
    with pytest.raises(LedgerError, match="does not balance"):
        publish.run(run)
