"""Figures added up by hand from the sheets are those of the tables, the manifest, the summaries."""

import csv
import json
from collections import Counter, defaultdict

import pytest

from jobs.tables import Commit, Tables
from tests.added_up import SUMMARY, first_sheet, lists_added_up, summary

KNOWN = ("wrong", "recovered")
SUMMED = {"Số dòng": "rows", "Số mũi tiêm": "doses"}


@pytest.fixture(scope="module")
def folder(finished):
    return finished / "published"


@pytest.fixture(scope="module")
def added_up(folder):
    return lists_added_up(folder)


@pytest.fixture(scope="module")
def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables(spark, finished):
    return Tables(spark, str(finished), Commit("figures"))


@pytest.fixture(scope="module")
def wanted(tables):
    """What each list must hold by the table: rows and doses by class, and its people."""
    found = defaultdict(lambda: (Counter(), Counter(), set()))
    for row in tables.read("corrections").collect():
        codes = ("province_code", "district_code", "commune_code")
        rows, doses, people = found["-".join(row[code] or "x" for code in codes)]
        for name in ("all", f"class {row['case_class']}"):
            rows[name] += 1
            doses[name] += row["doses"]
        people.add(row["person_id"] or row["correction_id"])
    return dict(found)


@pytest.fixture(scope="module")
def books(manifest):
    """What the manifest says of each workbook with rows."""
    return [e for e in manifest["files"] if "list_id" in e and e["file"].endswith(".xlsx")]


@pytest.mark.slow
def test_the_sheets_hold_every_dose_of_dispositions_once_and_no_other(tables, added_up):
    decided = Counter(row["disposition"] for row in tables.read("dispositions").collect())
    told = added_up[""].decided
    assert told["known"] == sum(decided[name] for name in KNOWN)
    assert told["review"] == decided["review"]
    assert told["duplicate"] == decided["duplicate"]
    assert told["finding"] == tables.read("corrections").where("disposition = 'finding'").count()


@pytest.mark.slow
def test_every_list_holds_its_places_corrections(added_up, books, wanted):
    assert len(books) == len(wanted) > 100
    for entry in books:
        place = added_up[named(entry)]
        rows, doses, _ = wanted[entry["list_id"]]
        assert {name: place.rows[name] for name in rows} == rows
        assert {name: place.doses[name] for name in doses} == doses
        assert (entry["rows"], entry["doses"]) == (rows["all"], doses["all"])


@pytest.mark.slow
def test_each_first_sheet_counts_what_its_workbook_holds(folder, added_up, books, wanted):
    for entry in books:
        told, place = first_sheet(folder / entry["file"]), added_up[named(entry)]
        assert told["all"][0] == len(wanted[entry["list_id"]][2])
        for name, (_, rows, doses) in told.items():
            assert (rows, doses) == (place.rows[name], place.doses[name]), (entry["file"], name)


def named(entry):
    """The path of a list's place."""
    return entry["file"].removeprefix("lists/").removesuffix(".xlsx")


@pytest.mark.slow
def test_doses_given_and_never_entered_are_the_reports_own_line(tables, nation, folder):
    given = Counter()
    with nation.administered.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            given[row["facility_code"]] += int(row["doses"])
    recorded = Counter(row["facility_code"] for row in tables.read("dose_events").collect())
    missing = sum(max(0, given[name] - recorded[name]) for name in given)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert missing > 0
    assert f"{missing:,} of {given.total():,} doses given were not recorded" in page


@pytest.mark.slow
def test_communes_make_districts_districts_provinces_and_provinces_the_nation(
    folder, added_up, manifest
):
    totals = manifest["dispositions"].values()
    for name in ("rows", "doses"):
        assert getattr(added_up[""], name)["all"] == sum(line[name] for line in totals)
    provinces = Counter()
    for path in sorted((folder / "lists").rglob(SUMMARY)):
        at = path.parent.relative_to(folder / "lists").as_posix()
        place, lines = added_up[at], summary(path)
        for heading, name in SUMMED.items():
            assert sum(line[heading] for line in lines) == getattr(place, name)["all"], at
            provinces[name] += getattr(place, name)["all"] if "/" not in at else 0
        for kind in "abcd":
            assert sum(line[f"Loại {kind}"] for line in lines) == place.rows[f"class {kind}"], at
        for line in lines:
            commune = added_up[f"{at}/{line['Danh sách']}"]
            assert (line["Số dòng"], line["Số mũi tiêm"]) == (
                commune.rows["all"], commune.doses["all"],
            )  # fmt: skip
    assert provinces == {name: getattr(added_up[""], name)["all"] for name in ("rows", "doses")}
