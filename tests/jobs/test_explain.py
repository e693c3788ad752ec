import re
import stat
from dataclasses import replace
from datetime import date

import pytest

from jobs import explain as explanation
from jobs.errors import ConfigError, InputError
from jobs.explain import explain
from jobs.explanation_page import marked
from tests.fake_rows import fake_rows
from transforms import schemas

PAIR = {"profile_id": 7, "rules": ["name and birth"], "name_level": "exact", "sex_level": "same"}
ROWS = {
    "dispositions": [
        {
            "dose_id": "D1",
            "profile_id": 7,
            "resident_id": "R1",
            "disposition": "wrong",
            "wrong_fields": ["id_number"],
        },
        {"dose_id": "D2", "profile_id": 8, "resident_id": "R3", "disposition": "verified"},
        {"dose_id": "D3", "profile_id": 9, "disposition": "unverifiable"},
        {"dose_id": "D4", "profile_id": 10, "resident_id": "R1", "disposition": "recovered"},
    ],
    "profiles": [
        {
            "profile_id": 7,
            "raw_full_name": "NGUYEN VAN AN",
            "name": "NGUYEN VAN AN",
            "raw_id_number": "00120300456",
        },
        {"profile_id": 8, "raw_full_name": "Trần Thị Bình", "raw_id_number": "001303001111"},
        {"profile_id": 9, "raw_full_name": "<script>alert(1)</script>"},
        {"profile_id": 10, "raw_full_name": "NGUYEN VAN AN"},
    ],
    "verifications": [
        {"profile_id": 7, "verdict": "number_unknown"},
        {"profile_id": 8, "verdict": "verified", "resident_id": "R3"},
        {"profile_id": 9, "verdict": "no_number"},
    ],
    "links": [
        {
            "profile_id": 7,
            "resident_id": "R1",
            "decision": "linked",
            "best_resident_id": "R1",
            "match_probability": 0.9999,
            "margin": 9.5,
            "evidence": ["name=exact"],
            "candidates": 2,
        },
        {"profile_id": 9, "decision": "unlinked"},
    ],
    "scored_pairs": [
        {
            **PAIR,
            "resident_id": "R2",
            "name_level": "one_mark",
            "name_weight": 2.0,
            "match_weight": 3.0,
            "match_probability": 0.0001,
        },
        {
            **PAIR,
            "resident_id": "R1",
            "name_weight": 11.5,
            "match_weight": 12.5,
            "match_probability": 0.9999,
        },
    ],
    "residents": [
        {
            "resident_id": "R1",
            "full_name": "Nguyễn Văn An",
            "name": "NGUYỄN VĂN AN",
            "id_number": "001203004567",
        },
        {"resident_id": "R2", "full_name": "Nguyễn Văn Ân", "id_number": "001203009999"},
        {"resident_id": "R3", "full_name": "Trần Thị Bình", "id_number": "001303001111"},
    ],
    "model": [
        {"comparison": "sex", "level": "same", "weight": 1.0},
        {"comparison": "name", "level": "exact", "weight": 10.0},
        {"comparison": "profile", "level": "nobody", "m": 0.02},
        {"comparison": "register", "level": "residents", "m": 3.0},
    ],
    "persons": [
        {"profile_id": 7, "person_id": "P", "resident_id": "R1", "profiles": 2},
        {"profile_id": 10, "person_id": "P", "resident_id": "R1", "profiles": 2},
    ],
    "doses": [
        {"dose_id": "D4", "profile_id": 10, "dose_number": 2, "injected_on": date(2022, 1, 4)},
        {"dose_id": "D1", "profile_id": 7, "dose_number": 1, "injected_on": date(2021, 9, 2)},
    ],
    "corrections": [
        {
            "profile_id": 7,
            "case_class": "c",
            "side": "platform",
            "current_full_name": "NGUYEN VAN AN",
            "current_id_number": "00120300456",
            "proposed_id_number": "001203004567",
        }
    ],
    "findings": [{"dose_id": "D1", "rule": "short_interval", "detail": "13 days"}],
}
SCHEMAS = {
    "dispositions": schemas.DISPOSITION,
    "profiles": schemas.PROFILE,
    "verifications": schemas.VERIFICATION,
    "links": schemas.LINK,
    "scored_pairs": schemas.SCORED_PAIR,
    "residents": schemas.RESIDENT,
    "model": schemas.MODEL,
    "persons": schemas.PERSON,
    "doses": schemas.DOSE,
    "corrections": schemas.CORRECTION,
    "findings": schemas.FINDING,
}


class Frames:
    """A warehouse in memory."""

    warehouse = "memory"

    def __init__(self, spark):
        self.frames = {
            name: fake_rows(spark, schema, ROWS[name]) for name, schema in SCHEMAS.items()
        }

    def exists(self, name):
        return name in self.frames

    def read(self, name):
        return self.frames[name]


@pytest.fixture(scope="module")
def tables(spark):
    return Frames(spark)


@pytest.fixture(scope="module")
def explained(tables):
    """The explanation of each dose row."""
    return {row["dose_id"]: explain(tables, row["dose_id"]) for row in ROWS["dispositions"]}


def test_the_explanation_holds_decision_evidence_and_runner_up(explained):
    found = explained["D1"]

    assert found.reason == (
        "The person is known with certainty; these fields say something else: id_number"
    )
    assert found.shown == "R1"
    assert found.runner_up["resident_id"] == "R2"
    assert found.facts()["comparisons"]["name"] == {
        "level": "exact",
        "weight": 11.5,
        "meaning": "the same, every mark too",
    }
    assert found.facts()["comparisons"]["sex"]["weight"] == 1.0
    assert set(found.residents) == {"R1", "R2"}
    assert found.defeat == "R2 is 9.5 bits behind, by name (one mark differs: -9.5 bits)."
    assert [step["bits"] for step in found.facts()["waterfall"]][1:3] == [11.5, 1.0]
    assert [(dose["dose_id"], dose["disposition"]) for dose in found.doses] == [
        ("D1", "wrong"),
        ("D4", "recovered"),
    ]


@pytest.mark.parametrize(
    ("levels", "end"),
    [
        ({}, "a person decides."),
        ({"name_level": "household_name"}, "somebody else in the best candidate's household."),
        ({"birth_level": "different"}, "too little is the best candidate's own."),
        ({"birth_level": "different", "number_level": "equal"}, "a person decides."),
    ],
)
def test_a_review_says_what_a_link_lacks(explained, levels, end):
    found = explained["D1"]
    own = {"birth_level": "exact", "number_level": "absent", "history_level": "free"}
    pair = found.pair(found.shown) | own | levels
    asked = replace(found, disposition={"disposition": "review"}, candidates=[pair])
    assert asked.reason.endswith(end)


def test_it_is_shown_side_by_side(explained, capsys):
    explanation.tell(explained["D1"])

    told = capsys.readouterr().out
    for text in (
        "NGUYEN VAN AN",
        "Nguyễn Văn An",
        "Nguyễn Văn Ân",
        "+11.50",
        "+12.50",
        "number_unknown",
    ):
        assert text in told


def test_an_unknown_dose_row_is_an_input_error(tables):
    with pytest.raises(InputError, match="D9: no such dose row"):
        explain(tables, "D9")


@pytest.fixture
def page(explained, reference, tmp_path):
    """The page of a dose row, as written."""

    def of(dose_id):
        explanation.write_page(explained[dose_id], reference, tmp_path / "page.html")
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    return of


def test_the_page_holds_both_records_the_waterfall_and_the_runner_up(page):
    text = page("D1")

    assert "NGUY<mark>E</mark>N V<mark>A</mark>N AN" in text
    assert "NGUY<mark>Ễ</mark>N V<mark>Ă</mark>N AN" in text
    assert text.count("<svg") == 2
    assert "<td>full name</td>" not in text.replace("\n", ""), "no name is proposed"
    for said in (
        "Personal data.",
        "one of 3 residents",
        "R2 is 9.5 bits behind",
        "short_interval: 13 days",
        "Class c",
        "2022-01-04",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("dose_id", "said"),
    [
        ("D2", "Verified profiles are not compared with anybody else."),
        ("D3", "no blocking rule found a candidate."),
        ("D4", "no blocking rule found a candidate."),
    ],
)
def test_a_row_without_a_scored_pair_has_a_page_too(page, dose_id, said):
    text = page(dose_id)

    assert said in text
    assert "<svg" not in text


def test_the_page_runs_nothing_and_loads_nothing(page):
    text = page("D1") + page("D3")

    assert "<script" not in text
    assert "&lt;script&gt;" in text
    addresses = set(re.findall(r"(?:src|href)=.([^\"' >]+)|url\(([^)]+)\)", text))
    assert all((one or other).startswith("#") for one, other in addresses)


def test_only_its_owner_can_read_the_page(explained, reference, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("an older page that everybody could read")
    path.chmod(0o644)

    explanation.write_page(explained["D2"], reference, path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_a_page_without_a_folder_is_refused_before_any_work(tmp_path):
    with pytest.raises(ConfigError, match="name a file in a folder that exists"):
        explanation.writable(tmp_path / "missing" / "page.html")


def test_characters_that_the_other_lacks_are_marked():
    assert marked("1996-05-25", "1996-05-15") == "1996-05-<mark>2</mark>5"
    assert marked("00123", "0123") == "<mark>0</mark>0123"
    assert marked("An", "AN") == "An"
    assert marked("A<b", "Ac") == "A<mark>&lt;b</mark>"
    assert marked("A", "") == "A"
