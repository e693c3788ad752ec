import re
from typing import Any

import pytest

from jobs.config import DEFAULT_CONF, Settings, load
from jobs.national_page import Figures, funnel, page
from jobs.reference import rows
from transforms.reporting import Reporting

REFERENCE = load(DEFAULT_CONF, Settings).reference_dir
TABLES: dict[str, list[dict[str, Any]]] = {
    "provinces": [
        {"province_code": "01", "disposition": "verified", "rows": 70},
        {"province_code": "01", "disposition": "wrong", "rows": 20},
        {"province_code": None, "disposition": "recovered", "rows": 10},
    ],
    "numbers": [
        {"number_kind": "cccd", "disposition": "verified", "rows": 70},
        {"number_kind": "cmnd", "disposition": "wrong", "rows": 20},
        {"number_kind": "missing", "disposition": "recovered", "rows": 10},
    ],
    "error_kinds": [{"fields": "full_name", "rows": 20}],
    "corrections": [],
    "blocking": [],
    "rule_yield": [],
    "weights": [{"bits": 10.0, "decision": "linked", "rows": 3}],
    "model": [{"comparison": "sex", "level": "same", "m": 0.99, "u": 0.5, "weight": 0.98}],
    "ledger": [{"stage": "received", "class": "all", "rows": 100, "checksum": 7}],
    "imbalances": [],
    "findings": [],
    "rejected": [],
    "runs": [],
}


@pytest.fixture
def figures() -> Figures:
    return Figures("r1", TABLES, Reporting())


def test_the_page_loads_nothing_and_is_the_same_every_time(figures: Figures) -> None:
    html = page(figures, REFERENCE)
    assert html == page(figures, REFERENCE)
    assert "<script" not in html
    assert not re.search(r'(src|href)="(?!#)', html)
    assert "balanced by count and by checksum" in html
    assert len(html) < 3_000_000


def test_an_unbalanced_ledger_cannot_be_overlooked(figures: Figures) -> None:
    off = figures._replace(tables=TABLES | {"imbalances": [{"stage": "profiled"}]})
    assert "not balanced in 1 place(s)" in page(off, REFERENCE)


def test_the_funnel_compares_shares_of_recorded_rows(figures: Figures) -> None:
    lines = funnel(figures, rows(REFERENCE, "verification_funnel_2022.csv"))
    found = [
        (line["measure"], line["official"], line["ours"], line["ours_share"]) for line in lines
    ]
    assert found == [
        ("Recorded on the platform", 205_000_000, 100, 1.0),
        ("with CCCD/CMND", 181_000_000, 90, 0.9),
        ("verified wrong", 43_491_814, 20, 0.2),
        ("without or malformed number", 20_000_000, 10, 0.1),
        ("known all the same", 16_600_000, 10, 0.1),
        ("could not be verified", 3_364_726, 0, 0.0),
    ]


def test_every_province_has_one_tile_of_its_own() -> None:
    tiles = rows(REFERENCE, "province_tiles.csv")
    units = {unit["province_code"] for unit in rows(REFERENCE, "admin_units.csv")}
    assert {tile["province_code"] for tile in tiles} == units
    assert len({(tile["column"], tile["row"]) for tile in tiles}) == len(units) == len(tiles)
