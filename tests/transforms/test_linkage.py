"""The decision is the outcome of least expected cost, whatever the costs."""

import random
from itertools import pairwise, product

import polars as pl
import pytest
from pydantic import ValidationError

from transforms.corroboration import is_corroborated
from transforms.linkage import (
    CANDIDATE,
    Threshold,
    best_candidates,
    corroborated,
    decision,
    evidence,
)
from transforms.schemas import LEVELS

FIGURES = dict.fromkeys(("match_probability", "any_probability", "margin"), pl.Float64)
OWN = {
    "name_level": pl.lit("exact"),
    "birth_level": pl.lit("exact"),
    "number_level": pl.lit("absent"),
    "history_level": pl.lit("free"),
}
GRID = [0.0, 0.01, 0.05, 0.2, 0.5, 0.9, 0.92, 0.99, 1.0]
COSTS = [
    Threshold(),
    Threshold(wrong_link=1000.0, review=10.0, missed=20.0),
    Threshold(wrong_link=10.0, review=3.0, missed=3.0),
    Threshold(wrong_link=9.0, review=8.0, missed=8.0),
]


def cheapest(best: float, every: float, margin: float, costs: Threshold) -> str:
    outcomes = {
        "linked": (1 - best) * costs.wrong_link,
        "review": costs.review,
        "unlinked": every * costs.missed,
    }
    if margin < costs.margin:
        del outcomes["linked"]
    return min(outcomes, key=outcomes.__getitem__)  # the first of several


@pytest.mark.parametrize("costs", COSTS, ids=["default", "careful", "lenient", "dear"])
def test_the_cheapest_outcome(costs):
    cases = [(p, q, m) for p, q, m in product(GRID, GRID, [0.0, 3.0, 99.0]) if q >= p]
    frame = pl.DataFrame(cases, schema=FIGURES, orient="row")
    found = frame.with_columns(**OWN).select(*FIGURES, decision=decision(costs))
    assert {tuple(row[:3]): row[3] for row in found.iter_rows()} == {
        case: cheapest(*case, costs) for case in cases
    }


def test_no_candidate_is_left_alone():
    nothing = pl.DataFrame([[None] * 3], schema=FIGURES, orient="row")
    levels = {name: pl.lit(None, pl.String) for name in OWN}
    assert nothing.with_columns(**levels).select(decision(Threshold())).item() == "unlinked"


def test_what_is_not_corroborated_is_asked_about_however_probable():
    certain = pl.DataFrame([[1.0, 1.0, 99.0]], schema=FIGURES, orient="row")
    borrowed = OWN | {"name_level": pl.lit("household_name")}
    both = OWN, borrowed
    told = [certain.with_columns(**levels).select(decision(Threshold())) for levels in both]
    assert [one.item() for one in told] == ["linked", "review"]


def test_corroboration_is_read_off_the_evidence_as_off_the_levels():
    told = ("exact", "household", "household_name", "different", "equal", "repeat")
    rows = [dict.fromkeys(LEVELS, "=") | dict(zip(LEVELS, of, strict=False))
            for of in product(told, repeat=4)]  # fmt: skip
    turned = [row | {"history_level": row["sex_level"]} for row in rows]
    links = pl.DataFrame(turned).with_columns(evidence=evidence(), expected=is_corroborated())

    assert corroborated(links.drop(LEVELS)).to_list() == links["expected"].to_list()
    assert 0 < links["expected"].sum() < len(links)
    nobody = pl.DataFrame({"evidence": [None]}, schema={"evidence": pl.List(pl.String)})
    assert corroborated(nobody).to_list() == [None]


@pytest.mark.parametrize("seed", range(20))
def test_the_best_candidate_and_its_runner_up(seed):
    draw = random.Random(seed)
    rows = {
        (draw.randrange(6), f"R{draw.randrange(9)}"): (draw.choice(GRID), draw.choice([0.0, 8.0]))
        for _ in range(30)
    }
    scored = pl.DataFrame(
        [(*pair, *figures, *["exact"] * len(LEVELS)) for pair, figures in rows.items()],
        schema=CANDIDATE.columns,
        orient="row",
    )

    found = {row["profile_id"]: row for row in best_candidates(scored).iter_rows(named=True)}

    for profile in {profile for profile, _ in rows}:
        own = {pair[1]: figures for pair, figures in rows.items() if pair[0] == profile}
        order = sorted(own, key=lambda one: (-own[one][0], -own[one][1], one))
        row = found.pop(profile)
        assert [row["best_resident_id"], row["runner_up_id"]] == [*order, None][:2]
        assert row["candidates"] == len(own)
        assert row["any_probability"] == pytest.approx(sum(share for share, _ in own.values()))
        lead = own[order[0]][1] - own[order[1]][1] if len(order) > 1 else 99.0
        assert row["margin"] == lead
        assert row["evidence"][0] == "name=exact"
    assert not found


def test_the_link_threshold_follows_from_the_costs():
    assert Threshold(wrong_link=100, review=8).link == pytest.approx(0.92)
    assert Threshold(wrong_link=9, review=8, missed=8).link == pytest.approx(9 / 17)


@pytest.mark.parametrize("costs", COSTS, ids=["default", "careful", "lenient", "dear"])
def test_an_only_candidate_is_linked_from_that_threshold_on(costs):
    shares = [n / 1000 for n in range(1001)]
    frame = pl.DataFrame([(p, p, 99.0) for p in shares], schema=FIGURES, orient="row")
    linked = frame.with_columns(**OWN).select(decision(costs) == "linked").to_series().to_list()
    at = next(p for p, found in zip(shares, linked, strict=True) if found)

    assert all(one <= other for one, other in pairwise(linked))
    assert at == pytest.approx(costs.link, abs=0.0015)


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        ({"wrong_link": 5, "review": 8}, "review 8 costs no less than wrong_link 5"),
        ({"wrong_link": 8, "review": 8}, "review 8 costs no less than wrong_link 8"),
        ({"review": 8, "missed": 1}, "review 8 costs more than missed 1"),
    ],
)
def test_costs_by_which_nobody_would_ask_are_refused(costs, told):
    with pytest.raises(ValidationError, match=told):
        Threshold(**costs)


def test_the_order_in_which_candidates_arrive_changes_no_digit():
    draw = random.Random(1)
    rows = [(1, f"R{at}", draw.random() / 50, 0.0, *["exact"] * len(LEVELS)) for at in range(50)]
    found = set()
    for _ in range(20):
        draw.shuffle(rows)
        scored = pl.DataFrame(rows, schema=CANDIDATE.columns, orient="row")
        found.add(best_candidates(scored)["any_probability"].item())
    assert len(found) == 1
