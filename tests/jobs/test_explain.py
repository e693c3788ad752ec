import pytest

from jobs import explain as explanation
from jobs.errors import InputError
from jobs.explain import explain
from jobs.tables import Tables
from tests.fake_rows import fake_rows
from transforms import schemas

PAIR = {"profile_id": 7, "rules": ["name and birth"], "name_level": "exact", "sex_level": "equal"}
ROWS = {
    "dispositions": [
        {
            "dose_id": "D1",
            "profile_id": 7,
            "resident_id": "R1",
            "disposition": "wrong",
            "wrong_fields": ["id_number"],
        }
    ],
    "profiles": [
        {"profile_id": 7, "raw_full_name": "NGUYEN VAN AN", "raw_id_number": "00120300456"}
    ],
    "verifications": [{"profile_id": 7, "verdict": "number_unknown"}],
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
        }
    ],
    "scored_pairs": [
        {**PAIR, "resident_id": "R2", "match_weight": 3.0, "match_probability": 0.0001},
        {
            **PAIR,
            "resident_id": "R1",
            "name_weight": 11.5,
            "match_weight": 12.5,
            "match_probability": 0.9999,
        },
    ],
    "residents": [
        {"resident_id": "R1", "full_name": "Nguyễn Văn An", "id_number": "001203004567"},
        {"resident_id": "R2", "full_name": "Nguyễn Văn Ân", "id_number": "001203009999"},
        {"resident_id": "R3", "full_name": "Trần Thị Bình", "id_number": "001303001111"},
    ],
    "model": [
        {"comparison": "sex", "level": "equal", "weight": 1.0},
        {"comparison": "name", "level": "exact", "weight": 10.0},
    ],
}
SCHEMAS = {
    "dispositions": schemas.DISPOSITION,
    "profiles": schemas.PROFILE,
    "verifications": schemas.VERIFICATION,
    "links": schemas.LINK,
    "scored_pairs": schemas.SCORED_PAIR,
    "residents": schemas.RESIDENT,
    "model": schemas.MODEL,
}


@pytest.fixture(scope="module")
def tables(spark, tmp_path_factory):
    tables = Tables(spark, str(tmp_path_factory.mktemp("explain")))
    for name, schema in SCHEMAS.items():
        tables.overwrite(name, fake_rows(spark, schema, ROWS[name]))
    return tables


def test_the_explanation_holds_decision_evidence_and_runner_up(tables):
    found = explain(tables, "D1")

    assert found.reason == (
        "The person is known with certainty; these fields say something else: id_number"
    )
    assert found.shown == "R1"
    assert found.runner_up["resident_id"] == "R2"
    assert found.facts()["comparisons"]["name"] == {"level": "exact", "weight": 11.5}
    assert found.facts()["comparisons"]["sex"] == {"level": "equal", "weight": 1.0}
    assert set(found.residents) == {"R1", "R2"}


def test_it_is_shown_side_by_side(tables, capsys):
    explanation.tell(explain(tables, "D1"))

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
