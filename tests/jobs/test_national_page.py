import re
from datetime import date, datetime
from typing import Any

import pytest

from jobs import progress_page, quality_page
from jobs.config import DEFAULT_CONF, Settings, load
from jobs.national_page import Figures, blocking, funnel, page
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
    "quality": [],
    "clerical": [],
    "weights": [{"bits": 10.0, "decision": "linked", "rows": 3}],
    "model": [{"comparison": "sex", "level": "same", "m": 0.99, "u": 0.5, "weight": 0.98}],
    "ledger": [{"stage": "received", "class": "all", "rows": 100, "checksum": 7}],
    "imbalances": [],
    "findings": [],
    "rejected": [],
    "runs": [],
    "open": [],
    "workload": [],
}


@pytest.fixture
def figures() -> Figures:
    return Figures("r1", TABLES, Reporting(), 0.92)


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


def line(measure: str, dimension: str, subgroup: str, value: float, n: int = 10) -> dict[str, Any]:
    return {"measure": measure, "dimension": dimension, "subgroup": subgroup, "value": value,
            "low": value / 2, "high": value, "n": n}  # fmt: skip


QUALITY = [
    line("precision", "all", "all", 0.98765), line("recall", "all", "all", 0.9),
    line("precision", "sex", "F", 1.0), line("recall", "sex", "F", 0.8),
    *(line("precision", "province_code", f"{n:02}", 1.0) for n in range(7)),
    *(line("recall", "province_code", f"{n:02}", 1 - n / 10) for n in range(7)),
    *(line("precision", "threshold", t, 0.99) for t in ("0.9", "0.98", "0.95")),
    line("observed", "probability", "0.9–0.95", 0.9),
    line("promised", "probability", "0.9–0.95", 0.93),
    line("expected_calibration_error", "all", "all", 0.03),
    line("rule_pairs", "rule", "name", 50), line("rule_new_pairs", "rule", "name", 20),
    line("rule_links", "rule", "name", 7), line("rule_new_links", "rule", "name", 3),
    line("rule_recall_added", "rule", "name", 0.25),
    line("pairs_never_compared", "all", "all", 68.3), line("blocking_recall", "all", "all", 0.997),
]  # fmt: skip
ASKED = [{"band": "0.9–0.99", "same": 49, "different": 1, "unsure": 2,
          "value": 0.98, "low": 0.895, "high": 0.9965}]  # fmt: skip


def test_the_page_says_how_good_linking_is_and_what_people_answered(figures: Figures) -> None:
    blocks = {"rule": "name", "blocks": 5, "pairs": 6, "capped_blocks": 1, "left_out": 9}
    full = {"quality": QUALITY, "clerical": ASKED, "blocking": [blocks]}
    html = page(figures._replace(tables=TABLES | full), REFERENCE)

    for words in ("98.765%", "expected error 0.03000", "about 68 true pairs (34 to 68)",
                  "Clerical review", "89.500%", "recall it adds", "found by it alone"):  # fmt: skip
        assert words in html
    assert "<script" not in html


APRIL = [datetime(2022, 4, day) for day in (26, 27)]
WORK = {
    "open": [
        {"run_id": run, "started_at": at, "province_code": code, "open": rows, "rows": 100}
        for run, at, code, rows in (
            ("r0", APRIL[0], "01", 40), ("r0", APRIL[0], "79", 9),
            ("r1", APRIL[1], "01", 25), ("r1", APRIL[1], "79", 30), ("r1", APRIL[1], "", 1),
        )
    ],
    "workload": [{"rows": 50, "doses": 56, "minutes": 9_600, "minutes_per_day": 240,
                  "due": "01/05/2022"}],
    "runs": [{"run_id": "r1", "started_at": APRIL[1], "code_version": "c", "stage_seconds": {}}],
    "answers": [{"sheet": "platform", "right": 31, "wrong": 4, "not_here": 3, "check": 2,
                 "contradicting": 1, "values": 5}],
    "effects": [{"judgement": "rejected", "effect": "next candidate proposed", "rows": 6}],
    "grades": [{"evidence_grade": "A", "right": 31, "answers": 38, "value": 0.8158, "low": 0.6658,
                "high": 0.9078}],
    "unentered": [{"province_code": "79", "administered": 1000, "recorded": 970, "missing": 36,
                   "surplus": 6}],
}  # fmt: skip


def test_the_page_says_how_far_the_work_is_and_what_the_communes_answered(
    figures: Figures,
) -> None:
    html = page(figures._replace(tables=TABLES | WORK), REFERENCE)

    for words in ("50 rows of the lists are open, about 160 hours of work; wanted back by",
                  "4 days, 10 people at 240 minutes a day", "next candidate proposed", "66.58%",
                  "36 of 1,000 doses given were not recorded (3.60%)"):  # fmt: skip
        assert words in html
    names = {"01": "Hà Nội", "79": "TP. Hồ Chí Minh"}
    told = [tuple(row.values()) for row in progress_page.provinces(WORK["open"], names)]
    assert told == [
        ("TP. Hồ Chí Minh", 9, 9, 30), ("Hà Nội", 40, 40, 25), ("not known", None, None, 1),
    ]  # fmt: skip


def test_of_many_provinces_the_lowest_are_shown_and_thresholds_stand_in_order() -> None:
    shown = [row["subgroup"] for row in quality_page.subgroups(QUALITY)]
    thresholds = [row["subgroup"] for row in quality_page.thresholds(QUALITY)]

    assert shown == ["F", "06", "05", "04", "03", "02"]
    assert thresholds == [0.9, 0.95, 0.98]


def test_a_rule_stands_with_what_it_found_and_what_it_alone_found(figures: Figures) -> None:
    blocks = [{"rule": rule, "blocks": 1, "pairs": 60} for rule in ("name", "phone")]
    found = blocking(figures._replace(tables=TABLES | {"quality": QUALITY, "blocking": blocks}))

    assert [(row["found"], row["alone"], row["links"], row["new_links"]) for row in found] == [
        (50, 20, 7, 3),
        (0, 0, 0, 0),
    ]


def test_the_funnel_compares_shares_of_recorded_rows(figures: Figures) -> None:
    numbers = [
        *TABLES["numbers"],
        {"number_kind": "cccd", "disposition": "review", "rows": 5},  # known to have a number
        {"number_kind": "filler", "disposition": "unverifiable", "rows": 5},
    ]
    known = figures._replace(tables=TABLES | {"numbers": numbers})
    lines = funnel(known, rows(REFERENCE, "verification_funnel_2022.csv"))
    found = [
        (line["measure"], line["official"], line["ours"], line["ours_share"]) for line in lines
    ]
    assert found == [
        ("Recorded on the platform", 205_000_000, 110, 1.0),
        ("with CCCD/CMND", 181_000_000, 95, 95 / 110),
        ("verified wrong", 43_491_814, 20, 20 / 110),
        ("without or malformed number", 20_000_000, 15, 15 / 110),
        ("known all the same", 16_600_000, 10, 10 / 110),
        ("could not be verified", 3_364_726, 5, 5 / 110),
    ]


def test_every_province_has_one_tile_of_its_own() -> None:
    tiles = rows(REFERENCE, "province_tiles.csv")
    units = {unit["province_code"] for unit in rows(REFERENCE, "admin_units.csv")}
    assert {tile["province_code"] for tile in tiles} == units
    assert len({(tile["column"], tile["row"]) for tile in tiles}) == len(units) == len(tiles)


def test_a_pace_tells_when_nothing_is_open_any_more_and_none_tells_nothing() -> None:
    history = [{"at": APRIL[0], "open": 100}, {"at": APRIL[1], "open": 60}]
    assert progress_page.finished_on(history) == date(2022, 4, 29)
    assert progress_page.finished_on(history[:1]) is None
    assert (
        progress_page.finished_on([history[1], history[1] | {"at": datetime(2022, 5, 1)}]) is None
    )
