from collections import defaultdict
from itertools import product

import pytest

from transforms.blocking import BlockingRule, blocks, candidate_pairs, cost_by_rule

BY_NAME = BlockingRule(name="name", on=("name_folded",))
BY_PHONE = BlockingRule(name="phone", on=("phone",))
BY_REPAIR = BlockingRule(name="repair", profile=("repairs",), resident=("id_number",))

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


def pairs(profiles, residents, rules):
    planned = blocks(profiles, residents, rules)
    found = candidate_pairs(planned, profiles, rules).collect()
    return {(r.profile_id, r.resident_id): sorted(r.rules) for r in found}


def test_every_pair_that_a_rule_finds_once_and_with_all_its_rules(profiles, residents):
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

    assert pairs(profiles, residents, [BY_NAME, BY_PHONE, BY_REPAIR]) == dict(expected)


def test_the_plan_says_what_each_rule_will_cost(profiles, residents):
    planned = blocks(profiles, residents, [BY_NAME, BY_PHONE.model_copy(update={"max_pairs": 1})])
    assert [tuple(row) for row in cost_by_rule(planned).collect()] == [
        ("name", 1, 4, 4, 0, 0),
        ("phone", 2, 2, 1, 0, 0),
    ]


@pytest.mark.parametrize("cap", [{"max_pairs": 3}, {"max_residents": 1}], ids=str)
def test_a_block_over_its_cap_is_left_out_and_stays_visible(profiles, residents, cap):
    tight = BY_NAME.model_copy(update=cap)
    planned = blocks(profiles, residents, [tight])
    assert [tuple(row) for row in cost_by_rule(planned).collect()] == [("name", 1, 0, 4, 1, 4)]
    assert pairs(profiles, residents, [tight]) == {}


def test_missing_keys_never_block(spark):
    nobody = spark.createDataFrame([(1, None, None, None)], PROFILES)
    nothing = spark.createDataFrame([("a", None, None, None)], RESIDENTS)
    assert pairs(nobody, nothing, [BY_NAME, BY_PHONE, BY_REPAIR]) == {}
