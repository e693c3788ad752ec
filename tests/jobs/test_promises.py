"""Verdicts: kept, missed, or too little to tell."""

import pytest

from jobs.promises import PROMISES, of_subgroup, scorecard, worst
from transforms.evaluation.difficulties import DIFFICULTIES

PRECISION = PROMISES[0]


@pytest.mark.parametrize(
    ("linked", "found", "low", "high", "verdict"),
    [
        (10_000, 0.9997, 0.9991, 0.9999, "met"),
        (10_000, 0.9993, 0.9985, 0.9997, "unclear"),
        (10_000, 0.9900, 0.9879, 0.9918, "missed"),
        (499, 0.9000, 0.8700, 0.9300, "too few"),
        (0, None, None, None, "no rows"),
    ],
)
def test_a_share_is_held_to_its_bound(linked, found, low, high, verdict) -> None:
    assert PRECISION.verdict(found, low, high, linked) == verdict


def test_an_upper_bound_is_one() -> None:
    (outside,) = (p for p in PROMISES if p.figure == "not_in_register_linked")
    verdicts = [outside.verdict(x, x - 0.002, x + 0.002, 900) for x in (0.009, 0.011, 0.02)]
    assert verdicts == ["met", "unclear", "missed"]


def test_every_difficulty_has_a_promise() -> None:
    assert {p.difficulty for p in PROMISES if p.difficulty} == {d.name for d in DIFFICULTIES}


def test_the_worst_subgroup_is_found_among_those_large_enough() -> None:
    def cell(linked, precision):
        return {"linked": linked, "precision": precision, "precision_low": 0.9,
                "precision_high": 0.992}  # fmt: skip

    empty = {name: {} for name in ("age_band", "name_group", "number_kind", "birth_precision")}
    figures = {
        **empty,
        "sex": {"F": cell(900, 0.999), "M": cell(901, 0.991)},
        "province_code": {"01": cell(20, 0.5), "02": cell(0, None)},
        "difficulty": {},
    }
    assert worst(figures)["worst_subgroup"] == "sex M"
    by_name = {row["name"]: row for row in scorecard({**figures, **worst(figures)})}
    assert by_name["worst subgroup's precision"]["verdict"] == "missed"
    assert by_name["F1, resolvable rows: twin"]["verdict"] == "no rows"
    assert of_subgroup(figures["province_code"]["01"]) == "too few"
