"""Figures against counts done by hand."""

import random

import polars as pl
import pytest

from tests.fake_rows import fake_rows
from transforms.exchange import Kind
from transforms.linkage import Threshold, corroborated, decision, evidence
from transforms.measurement import capture, quality
from transforms.measurement.rules import descriptive, identifying
from transforms.schemas import LEVELS, LINK, MASKED_LINK, SCORED_PAIR

LINKED = {"decision": "linked", "best_is_right": True, "compared": True, "shares_block": True,
          "match_probability": 0.99, "margin": 9.0, "corroborated": True, "sex": "F",
          "decision_if_absent": "unlinked"}  # fmt: skip
WRONG = LINKED | {"best_is_right": False, "match_probability": 0.95, "sex": "M"}
REVIEW = LINKED | {"decision": "review", "match_probability": 0.6, "decision_if_absent": "linked"}
LOST = {"decision": "unlinked", "best_is_right": False, "compared": False, "shares_block": False,
        "decision_if_absent": "unlinked"}  # fmt: skip


@pytest.fixture
def masked():
    rows = [LINKED, LINKED, LINKED, WRONG, REVIEW, LOST]
    columns = Kind.of_table("masked", MASKED_LINK, key="profile_id").columns
    return pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns)


def told(figures):
    return {(f.measure, f.dimension, f.subgroup): (f.value, f.n) for f in figures}


def test_shares_are_of_the_linked_and_of_all(masked):
    found = told(quality.by_subgroup(masked))

    expected = {
        ("precision", "all", "all"): (3 / 4, 4), ("recall", "all", "all"): (3 / 6, 6),
        ("compared", "all", "all"): (5 / 6, 6), ("review", "all", "all"): (1 / 6, 6),
        ("linked_if_absent", "all", "all"): (1 / 6, 6),
        ("precision", "sex", "F"): (1.0, 3), ("recall", "sex", "F"): (3 / 4, 4),
        ("precision", "sex", "M"): (0.0, 1), ("precision", "sex", "(none)"): (None, 0),
        ("recall", "sex", "(none)"): (0.0, 1),
    }  # fmt: skip
    assert {key: found[key] for key in expected} == expected


def test_a_true_pair_is_lost_to_caps_where_its_blocks_were_all_left_out(masked):
    capped = pl.DataFrame([LOST | {"shares_block": True}], schema_overrides=masked.schema)
    found = told(quality.by_subgroup(pl.concat([masked, capped], how="diagonal")))

    assert told(quality.by_subgroup(masked))["lost_to_caps", "all", "all"] == (0.0, 6)
    assert found["lost_to_caps", "all", "all"] == (1 / 7, 7)
    assert found["compared", "all", "all"] == (5 / 7, 7)


def test_a_threshold_that_asks_more_links_less(masked):
    found = told(quality.by_threshold(masked, margin=3.0))

    assert found["precision", "threshold", "0.5"] == (4 / 5, 5)
    assert found["precision", "threshold", "0.97"] == (1.0, 3)
    assert found["recall", "threshold", "0.97"] == (3 / 6, 6)
    assert found["precision", "threshold", "0.999"] == (None, 0)
    assert told(quality.by_threshold(masked, margin=10.0))["recall", "threshold", "0.5"] == (0, 6)


@pytest.fixture
def decided():
    """Best candidates of any probability, lead and levels, decided on by the shipped costs."""
    draw, levels = random.Random(11), ("exact", "household", "different", "absent", "free")
    rows = [
        {"match_probability": draw.choice((0.5, 0.9, 0.92, 0.93, 0.99, 1.0)),
         "margin": draw.choice((1.0, 3.0, 99.0)), "best_is_right": draw.random() < 0.8,
         **{name: draw.choice(levels) for name in LEVELS}}
        for _ in range(400)
    ]  # fmt: skip
    found = pl.DataFrame(rows).with_columns(any_probability="match_probability")
    links = found.with_columns(evidence=evidence(), decision=decision(Threshold()))
    return links.with_columns(corroborated(links))


def test_at_the_threshold_of_the_run_the_curve_says_what_the_run_says(decided):
    columns = Kind.of_table("masked", MASKED_LINK, key="profile_id").columns
    shown = decided.select(name for name in decided.columns if name in columns)
    masked = pl.concat([pl.DataFrame(schema=columns), shown], how="diagonal")
    curve = told(quality.by_threshold(masked, Threshold().margin))
    headline = told(quality.by_subgroup(masked))

    assert f"{Threshold().link:g}" == "0.92"
    for measure in ("precision", "recall"):
        assert curve[measure, "threshold", "0.92"] == headline[measure, "all", "all"]
    assert 0 < headline["precision", "all", "all"][1] < 200


def test_calibration_sets_what_was_promised_against_what_was_so(masked):
    found = told(quality.calibration(masked))

    assert found == {
        ("observed", "probability", "0.99–0.999"): (1.0, 3),
        ("promised", "probability", "0.99–0.999"): (pytest.approx(0.99), 3),
        ("observed", "probability", "0.95–0.98"): (0.0, 1),
        ("promised", "probability", "0.95–0.98"): (0.95, 1),
        ("observed", "probability", "0.6–0.7"): (1.0, 1),
        ("promised", "probability", "0.6–0.7"): (0.6, 1),
        # (3 · 0.01 + 0.95 + 0.4) / 5
        ("expected_calibration_error", "all", "all"): (pytest.approx(0.276), 5),
    }


RULES = {"name": ("name_sorted", "birth_year"), "place": ("full_birth_date", "communes"),
         "number": ("number",), "phone": ("phone",), "both": ("phone", "given_folded")}  # fmt: skip


def test_rules_are_told_apart_by_what_they_stand_on():
    assert descriptive(RULES) == ("name", "place")
    assert identifying(RULES) == ("number", "phone")


@pytest.fixture
def sets(spark):
    """Linked pairs: 8 on both lists, 4 on the first, 2 on the second, 1 by a mixed rule alone.

    Nine more have neither number nor phone; and one pair was not linked.
    """
    kinds = [(8, ["name", "number"], "equal"), (4, ["place"], "other"), (2, ["phone"], "other"),
             (1, ["both"], "other"), (9, ["name"], "absent"), (1, ["place"], "other")]  # fmt: skip
    rows = [(rules, level) for count, rules, level in kinds for _ in range(count)]
    pairs = [
        {"profile_id": at, "resident_id": "a", "rules": rules, "number_level": level,
         "phone_level": "missing"}
        for at, (rules, level) in enumerate(rows)
    ]  # fmt: skip
    links = [
        {"profile_id": at, "resident_id": "a", "decision": "linked"} for at in range(len(rows) - 1)
    ]
    links.append({"profile_id": len(rows) - 1, "decision": "review"})
    counted = capture.counted(
        fake_rows(spark, SCORED_PAIR, pairs), fake_rows(spark, LINK, links), segments=2
    )
    return capture.rule_sets(pl.DataFrame(counted.toArrow()))


def test_two_lists_of_rules_tell_what_both_have_missed(sets):
    found = {(f.measure, f.subgroup): f for f in capture.never_compared(sets, RULES)}

    # First 12, second 10, both 8: 13 · 11 / 9 − 1 = 14.889 of which no rule found 14.889 − 15 < 0.
    given = found["pairs_never_compared", "given"]
    # Variance 13 · 11 · 4 · 2 / (9² · 10) = 1.41235: up to 14.8889 + 2.3293 − 15.
    assert (given.value, given.low, given.n) == (0.0, 0.0, 15)
    assert given.high == pytest.approx(2.2182, abs=1e-3)
    # The first list finds 8 of the second's 10: nine found leave 9 · 0.2 / 0.8 behind.
    assert found["pairs_never_compared", "not given"].value == pytest.approx(2.25)
    assert found["pairs_never_compared", "all"].value == pytest.approx(2.25)
    assert found["blocking_recall", "all"].value == pytest.approx(24 / 26.25)


def test_lists_that_share_no_pair_tell_nothing(sets):
    apart = [one for one in sets if one.linked < 8]
    found = {f.subgroup: f.value for f in capture.never_compared(apart, RULES)}

    assert found["given"] is None
    assert found["all"] is None


def test_a_rule_is_worth_what_it_alone_finds(sets):
    found = told(capture.by_rule(sets))

    assert found["rule_pairs", "rule", "place"] == (5, 25)
    assert found["rule_new_pairs", "rule", "place"] == (5, 25)
    assert found["rule_new_links", "rule", "place"] == (4, 24)
    assert found["rule_links", "rule", "name"] == (17, 24)
    assert found["rule_recall_added", "rule", "name"] == (9 / 24, 24)
    assert found["rule_recall_added", "rule", "number"] == (0.0, 24)


def test_nothing_measured_is_no_figure_and_no_error():
    columns = Kind.of_table("masked", MASKED_LINK, key="profile_id").columns
    nothing = pl.DataFrame(schema=columns)

    assert {f.value for f in quality.by_threshold(nothing, margin=3.0)} == {None}
    assert [f.value for f in quality.calibration(nothing)] == [None]
    assert quality.by_subgroup(nothing) == capture.by_rule([]) == []
    assert told(capture.never_compared([], RULES))["blocking_recall", "all", "all"] == (None, 0)
