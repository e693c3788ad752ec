import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession
from python_calamine import CalamineWorkbook

from jobs import publish
from jobs.config import PilotSettings, Settings
from jobs.errors import ConfigError, LedgerError
from jobs.lists import wording
from jobs.lists.protection import Keyring, is_protected
from jobs.pilot import pilot
from jobs.run import Inputs, Run
from jobs.tables import Commit, Tables
from tests.fake_rows import fake_rows
from transforms import schemas
from transforms.publication_rules import Publication

PLACES = [("01", "001", "00001"), ("01", "001", None), ("01", None, None), (None, None, None)]
FILES = [
    "lists/01-ha-noi/001-quan-ba-dinh/00001-phuong-phuc-xa",
    "lists/01-ha-noi/001-quan-ba-dinh/khong-ro",
    "lists/01-ha-noi/khong-ro/khong-ro",
    "lists/khong-ro/khong-ro/khong-ro",
]
DOSE = {"dose_numbers": [1], "injected_on": [date(2021, 9, 1)], "facility_codes": ["F1"],
        "vaccines": [None]}  # fmt: skip


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
    tables = Tables(spark, str(tmp_path / "warehouse"), Commit("r1"))
    filled(tables, range(10))
    matching: Any = SimpleNamespace(publication=Publication(rows_per_file=2, tasks=2))
    return Run(tables, settings, matching, Inputs("", ""), "r1")


def filled(tables: Tables, numbers: Iterable[int]) -> None:
    """The tables that publishing reads, of these corrections."""
    spark, rows = tables.spark, [correction(i) for i in numbers]
    decided = [
        {
            "dose_id": r["dose_ids"][0],
            "profile_id": r["profile_id"],
            "disposition": r["disposition"],
        }
        for r in rows
    ]
    sums = Counter(row["disposition"] for row in rows)
    entered = [
        {"stage": "disposition", "class": c, "rows": n, "province_code": "01"}
        for c, n in sums.items()
    ]
    whole = [
        {"stage": stage, "class": "all", "rows": len(rows), "province_code": "01"}
        for stage in ("received", "profiled")
    ]
    tables.overwrite("corrections", fake_rows(spark, schemas.CORRECTION, rows).repartition(3))
    tables.overwrite("dispositions", fake_rows(spark, schemas.DISPOSITION, decided))
    tables.overwrite("ledger", fake_rows(spark, schemas.LEDGER, [*entered, *whole]))


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
    places = [*provinces, "01-ha-noi/001-quan-ba-dinh"]
    summaries = [f"lists/{p}/tong-hop{s}" for p in places for s in (".csv", ".xlsx")]
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


def test_another_publication_keeps_the_one_before_readable_and_tells_what_moved(run: Run) -> None:
    publish.run(run)
    first = (run.output / "manifest.json").read_bytes()
    filled(run.tables, range(3, 12))
    publish.run(replace(run, run_id="r2"))

    assert (
        run.output.with_name("published.previous").joinpath("manifest.json").read_bytes() == first
    )
    assert (run.output / "manifest.json").read_bytes() != first
    changes = json.loads((run.output / "changes.json").read_text())["changes"]
    moved = Counter[str]()
    for line in changes:
        moved[line["state"]] += line["rows"]
    assert moved == {"new": 2, "open": 7, "solved": 3}
    assert not list(run.output.parent.glob("published.tmp-*"))


def test_a_pilot_is_marked_as_one_and_leaves_the_nations_lists_alone(run: Run) -> None:
    pilot(run, ("01",))

    assert not run.output.exists()
    lists = sorted((run.output.with_name("pilot") / "lists").rglob("*.xlsx"))
    assert {path.relative_to(run.output.parent).parts[2] for path in lists} == {"01-ha-noi"}
    guide = CalamineWorkbook.from_path(lists[0]).get_sheet_by_name(wording.GUIDE).to_python()
    assert guide[2][0] == wording.PILOT
    with pytest.raises(ConfigError, match="--province 79"):
        pilot(run, ("79",))


def test_workbooks_of_a_province_open_with_its_password_alone(run: Run, tmp_path: Path) -> None:
    secret, file = "mật khẩu của 01", tmp_path / "passwords.toml"
    file.write_text(f'01 = "{secret}"\n', encoding="utf-8")
    file.chmod(0o600)
    guarded = replace(run, settings=run.settings.model_copy(update={"passwords": file}))
    told = publish.publish(guarded, publish.Scope())
    first = (run.output / "manifest.json").read_bytes()
    publish.run(guarded)

    books = {path: path.read_bytes() for path in (run.output / "lists").rglob("*.xlsx")}
    locked = {p.relative_to(run.output).parts[1] for p, b in books.items() if is_protected(b)}
    opened = [inside for b in books.values() if (inside := Keyring([secret]).unlocked(b))]
    assert locked == {"01-ha-noi"}
    assert len(opened) == told["behind a password"] == 5
    assert not run.output.with_name("published.previous").exists()
    assert (run.output / "manifest.json").read_bytes() != first
    digests = {r["content_sha256"] for r in run.tables.read("publications").collect()}
    assert digests == {None, *(hashlib.sha256(inside).hexdigest() for inside in opened)}
    for path in run.output.rglob("*.json"):
        assert secret not in path.read_text(encoding="utf-8")


def test_the_nations_lists_wait_for_a_pilot_whose_answers_show_the_proposals_right(
    run: Run,
) -> None:
    gate = PilotSettings(required=True, rate=0.5, answers=4)
    gated = replace(run, settings=run.settings.model_copy(update={"pilot": gate}))
    with pytest.raises(LedgerError, match=r"there are 0, which show none"):
        publish.run(gated)
    answered(run, "wrong", "right", "right", "right")
    with pytest.raises(LedgerError, match=r"there are 4, which show at least 0\.301"):
        publish.run(gated)
    assert not run.output.exists()

    answered(run, "right", "right", "right", "right")
    publish.run(gated)
    assert publish.finished(gated)


def answered(run: Run, *answers: str) -> None:
    """The pilot's answers, one a row."""
    rows = [
        {"decision_id": str(n), "correction_id": str(n), "sheet": "platform", "answer": answer,
         "evidence_grade": "A"}
        for n, answer in enumerate(answers)
    ]  # fmt: skip
    run.tables.overwrite("decisions", fake_rows(run.tables.spark, schemas.DECISION, rows))
