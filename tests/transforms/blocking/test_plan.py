from collections import defaultdict
from itertools import product

import polars as pl
import pytest

from jobs.block_keys import block_keys, capped
from jobs.scratch import Scratch
from transforms.blocking.plan import Side, blocks, blocks_and_pairs, cost_by_rule
from transforms.blocking.rules import BlockingRule

BY_NAME = BlockingRule(name="name", on=("name_folded",))
BY_PHONE = BlockingRule(name="phone", on=("phone",))
BY_REPAIR = BlockingRule(name="repair", profile=("repairs",), resident=("id_number",))
RULES = [BY_NAME, BY_PHONE, BY_REPAIR]

PROFILES = "profile_id long, name_folded string, phone string, repairs array<string>"
RESIDENTS = "resident_id string, name_folded string, phone string, id_number string"


@pytest.fixture
def profiles(spark):
    return spark.createDataFrame(
        [
            (1, "LAN", "091", ["n1", "n2"]),
            (2, "LAN", None, []),
            (3, None, "092", None),
            (4, "MAI", None, None),
        ],
        PROFILES,
    )


@pytest.fixture
def residents(spark):
    return spark.createDataFrame(
        [("a", "LAN", "091", "n2"), ("b", "LAN", "092", "n9"), ("c", None, None, "n1")], RESIDENTS
    )


@pytest.fixture
def keys_of(spark, tmp_path):
    """Both sides' keys, as a stage makes them."""

    def made(profiles, residents, rules):
        left = Side(profiles, "profile", {})
        right = Side(residents, "resident", {"surname": pl.col("name_folded").str.head(3)})
        return block_keys(Scratch(spark, str(tmp_path)), left, right, rules)

    return made


def pairs(keys, rules, left_out=None):
    found = blocks_and_pairs(keys, rules, left_out).only("candidate_pairs").collect()
    return {(r.profile_id, r.resident_id): r.rules for r in found}


def test_every_pair_that_a_rule_finds_once_and_with_all_its_rules(profiles, residents, keys_of):
    left = {1: ("LAN", "091", ["n1", "n2"]), 2: ("LAN", None, []), 3: (None, "092", []),
            4: ("MAI", None, [])}  # fmt: skip
    right = {"a": ("LAN", "091", "n2"), "b": ("LAN", "092", "n9"), "c": (None, None, "n1")}
    expected = defaultdict(list)
    for (p, (name, phone, repairs)), (r, (r_name, r_phone, number)) in product(
        left.items(), right.items()
    ):
        agreed = {"name": name and name == r_name, "phone": phone and phone == r_phone,
                  "repair": number in repairs}  # fmt: skip
        for rule in sorted(agreed):
            if agreed[rule]:
                expected[p, r].append(rule)

    keys = keys_of(profiles, residents, RULES)
    assert pairs(keys, RULES) == dict(expected)


def test_the_plan_says_what_each_rule_will_cost(profiles, residents, keys_of):
    rules = [BY_NAME, BY_PHONE.model_copy(update={"max_pairs": 1})]
    planned = blocks(keys_of(profiles, residents, rules), rules)
    assert [tuple(row) for row in cost_by_rule(planned).collect()] == [
        ("name", 1, 4, 4, 0, 0),
        ("phone", 2, 2, 1, 0, 0),
    ]


@pytest.mark.parametrize("cap", [{"max_pairs": 3}, {"max_residents": 1}], ids=str)
def test_a_block_over_its_cap_is_left_out_and_stays_visible(profiles, residents, cap, keys_of):
    rules = [BY_NAME.model_copy(update=cap), BY_PHONE]
    keys = keys_of(profiles, residents, rules)
    planned = blocks(keys, rules)
    rows = {tuple(row)[2:]: row.key for row in planned.where("rule = 'name'").collect()}
    assert set(rows) == {(2, 2, 1, 4, True)}
    assert None not in rows.values()
    assert ("name", 1, 0, 4, 1, 4) in {tuple(row) for row in cost_by_rule(planned).collect()}
    assert pairs(keys, rules) == {(1, "a"): ["phone"], (3, "b"): ["phone"]}


def test_what_another_plan_leaves_out_makes_no_pairs(profiles, residents, keys_of):
    strict = [BY_NAME.model_copy(update={"max_pairs": 3}), BY_PHONE]
    keys = keys_of(profiles, residents, [BY_NAME, BY_PHONE])
    left_out = capped(blocks(keys, strict))
    assert pairs(keys, [BY_NAME, BY_PHONE], left_out) == {(1, "a"): ["phone"], (3, "b"): ["phone"]}


def test_the_plan_beside_the_pairs_is_the_plan_alone(profiles, residents, keys_of):
    rules = [BY_NAME.model_copy(update={"max_pairs": 3}), BY_PHONE, BY_REPAIR]
    keys = keys_of(profiles, residents, rules)
    alone, beside = blocks(keys, rules), blocks_and_pairs(keys, rules).only("blocks")
    assert sorted(map(str, alone.collect())) == sorted(map(str, beside.collect()))


def test_missing_keys_never_block(spark, keys_of):
    nobody = spark.createDataFrame([(1, None, None, None)], PROFILES)
    nothing = spark.createDataFrame([("a", None, None, None)], RESIDENTS)
    assert pairs(keys_of(nobody, nothing, RULES), RULES) == {}


def test_a_column_may_be_made_of_others_on_its_way_to_a_key(profiles, residents, keys_of):
    rules = [BlockingRule(name="made", profile=("name_folded",), resident=("surname",))]
    assert set(pairs(keys_of(profiles, residents, rules), rules)) == set(product((1, 2), "ab"))


def test_of_the_register_only_what_profiles_ask_for_is_moved(profiles, residents, keys_of):
    keys = keys_of(profiles, residents, RULES)
    assert sum(row.rows for row in keys.asking.collect()) == 7
    assert sum(row.rows for row in keys.offered.collect()) == 6


def test_blocks_of_one_size_are_one_row(profiles, residents, keys_of):
    planned = blocks(keys_of(profiles, residents, RULES), RULES).drop("key")
    assert sorted(tuple(row) for row in planned.collect()) == [
        ("name", 2, 2, 1, 4, False),
        ("phone", 1, 1, 2, 2, False),
        ("repair", 1, 1, 2, 2, False),
    ]
