"""The jobs cluster, deduplicate and classify over one small warehouse."""

import shutil
from dataclasses import replace
from datetime import date

import pytest

from jobs import classify, cluster, deduplicate
from jobs.config import Matching
from jobs.errors import LedgerError
from jobs.run import Inputs, Run
from jobs.tables import Commit, Tables
from tests.fake_rows import fake_rows
from transforms import schemas
from transforms.clustering.evidence import ClusteringRules
from transforms.deduplication.events import DoseRules

NUMBER = "001180000001"
LE_THI_HOA = {
    "name": "LÊ THỊ HOA",
    "name_folded": "LE THI HOA",
    "birth_date": date(1980, 3, 12),
    "birth_year": 1980,
    "birth_precision": "day",
    "sex": "F",
    "commune_code": "00001",
}
# profile: verdict, decision, resident, what it declares besides
PROFILES = {
    11: ("verified", None, "r1", {"number": NUMBER, "number_kind": "cccd"}),
    12: ("no_number", "linked", "r1", {"number_kind": "missing"}),
    13: ("no_number", "unlinked", None, {"number_kind": "missing", "name": "LE THI HOA"}),
    14: ("no_number", "unlinked", None, {"number_kind": "missing"}),
    15: ("foreign", "unlinked", None, {"number_kind": "passport", "name_folded": "JOHN"}),
}
DOSES = [  # dose, profile, number, day
    ("d1", 11, 1, date(2021, 8, 1)),
    ("d2", 12, 1, date(2021, 8, 2)),
    ("d3", 12, 2, date(2021, 9, 1)),
    ("d4", 13, 1, date(2021, 8, 1)),
    ("d5", 14, 2, date(2021, 9, 1)),
    ("d6", 15, 1, date(2021, 8, 1)),
]


@pytest.fixture(scope="module")
def linked_warehouse(spark, tmp_path_factory):
    """A warehouse in which everything up to link is written."""
    tables = Tables(spark, str(tmp_path_factory.mktemp("linked")), Commit("run-1", "test"))
    for name, (schema, rows) in warehouse().items():
        tables.overwrite(name, fake_rows(spark, schema, rows))
    tables.overwrite("dose_rows", received(spark, "d1", "d2", "d3", "d4", "d5", "d6"))
    return tables


@pytest.fixture
def run(linked_warehouse, settings, tmp_path):
    """A run over a copy of that warehouse."""
    shutil.copytree(linked_warehouse.warehouse, tmp_path / "warehouse")
    tables = replace(linked_warehouse, warehouse=str(tmp_path / "warehouse"))
    matching = Matching.model_construct(clustering=ClusteringRules(), deduplication=DoseRules())
    return Run(tables, settings, matching, Inputs("residents", "doses"), "run-1")


def received(spark, *dose_ids: str):
    rows = [(dose, "01") for dose in dose_ids]
    return spark.createDataFrame(rows, "dose_id string, province_code string")


def warehouse():
    profiles, verdicts, links = [], [], []
    for profile, (verdict, decision, resident, declared) in PROFILES.items():
        given = [(number, day) for _, of, number, day in DOSES if of == profile]
        history = {"dose_numbers": [n for n, _ in given], "injected_on": [day for _, day in given]}
        key = {"profile_id": profile}
        profiles.append({**key, "doses": len(given), **LE_THI_HOA, **declared, **history})
        owner = resident if verdict == "verified" else None
        verdicts.append({**key, "verdict": verdict, "resident_id": owner})
        if decision:
            links.append({**key, "decision": decision, "resident_id": resident})
    columns = ("dose_id", "profile_id", "dose_number", "injected_on")
    doses = [
        {**dict(zip(columns, dose, strict=True)), "province_code": "01", "vaccine": "Pfizer"}
        for dose in DOSES
    ]
    resident = {"resident_id": "r1", "id_number": NUMBER, **LE_THI_HOA}
    return {
        "profiles": (schemas.PROFILE, profiles),
        "verifications": (schemas.VERIFICATION, verdicts),
        "links": (schemas.LINK, links),
        "doses": (schemas.DOSE, doses),
        "residents": (schemas.RESIDENT, [resident]),
        "rejected_rows": (schemas.REJECTED_ROW, []),
    }


def persons(run: Run) -> dict[int, str]:
    return {row.profile_id: row.person_id for row in run.tables.read("persons").collect()}


def test_from_links_to_a_balanced_ledger(run):
    for stage in (cluster, deduplicate, classify):
        stage.run(run)

    assert persons(run) == {
        11: "R-r1",
        12: "R-r1",
        13: "P-000000000000000D",
        14: "P-000000000000000D",
        15: "P-000000000000000F",
    }
    decided = run.tables.read("dispositions").collect()
    assert {(r.dose_id, r.disposition, r.resident_id, r.duplicate_of) for r in decided} == {
        ("d1", "verified", "r1", None),
        ("d2", "duplicate", "r1", "d1"),
        ("d3", "recovered", "r1", None),
        ("d4", "unverifiable", None, None),
        ("d5", "unverifiable", None, None),
        ("d6", "foreign", None, None),
    }
    ledger = run.tables.read("ledger").collect()
    assert {(r.stage, r["class"], r.rows) for r in ledger} == {
        ("received", "all", 6),
        ("profiled", "all", 6),
        ("disposition", "verified", 1),
        ("disposition", "recovered", 1),
        ("disposition", "duplicate", 1),
        ("disposition", "unverifiable", 2),
        ("disposition", "foreign", 1),
    }
    assert not (run.output.parent / "_cluster").exists()


def test_a_second_run_gives_the_same_persons_and_strangers_keep_their_ids(run):
    cluster.run(run)
    first = persons(run)
    moved = [{"profile_id": 14, "person_id": "P-KEPT"}, {"profile_id": 11, "person_id": "P-OLD"}]
    run.tables.overwrite("persons", fake_rows(run.tables.spark, schemas.PERSON, moved))

    cluster.run(run)

    assert persons(run) == first | {13: "P-KEPT", 14: "P-KEPT"}
    cluster.run(run)
    assert persons(run) == first | {13: "P-KEPT", 14: "P-KEPT"}


# The strangers' component, and the two profiles of the resident.
TOO_LARGE = (
    "no component over 1 profiles: broken 1 time.*no resident with over 1 profiles: broken 2 time.*"
    "raise max_component in .clustering. of the --matching file$"
)


def test_a_component_over_its_guard_stops_the_run_before_anything_is_written(run):
    small = run.matching.clustering.model_copy(update={"max_component": 1})
    strict = replace(run, matching=run.matching.model_copy(update={"clustering": small}))
    with pytest.raises(LedgerError, match=TOO_LARGE):
        cluster.run(strict)
    assert not run.tables.exists("persons")


def test_a_ledger_that_does_not_balance_is_written_and_never_signed(run):
    cluster.run(run)
    deduplicate.run(run)
    too_many = received(run.tables.spark, "d1", "d2", "d3", "d4", "d5", "d6", "d7")
    run.tables.overwrite("dose_rows", too_many)
    signed = run.during("classify")

    with pytest.raises(LedgerError, match=r"stage profiled, province 01: 6 rows .* against 7 exp"):
        classify.run(signed)

    assert run.tables.exists("ledger")
    assert not signed.tables.finished("ledger")
