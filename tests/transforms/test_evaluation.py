"""Counts and shares: worked out by hand, and against plain Python on many rows."""

import random
import re

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from transforms.estimates import wilson
from transforms.evaluation import calibration, counts, difficulties, judgement
from transforms.schemas import DISPOSITION, PROFILE, TRUTH

TRUTHS = [
    # dose, resident, duplicate_of, class, trap
    ("1", "R1", None, "verified", None),
    ("2", "R1", "1", "verified", "dup_dose"),
    ("3", "R2", None, "wrong", "twin|Telex"),
    ("4", "R3", None, "noid_unresolvable", None),
    ("5", None, None, "not_in_register", "lookalike"),
    ("6", None, None, "foreign", None),
    ("7", "R4", None, "wrong", None),
    ("8", "R5", None, "several_wrong", None),
]
DISPOSITIONS = [
    # dose, profile, resident, disposition, wrong_fields, duplicate_of, province, run, doubt
    ("1", 1, "R1", "duplicate", None, "2", "01", "r", None),
    ("2", 1, "R1", "verified", None, None, "01", "r", None),
    ("3", 2, "R9", "wrong", ["full_name"], None, "01", "r", None),
    ("4", 3, "R3", "recovered", None, None, "01", "r", None),
    ("5", 4, "R2", "recovered", None, None, "79", "r", None),
    ("6", 5, None, "foreign", None, None, None, "r", None),
    ("7", 6, "R4", "review", None, None, "79", "r", None),
]
PROFILES = [
    {"profile_id": 1, "doses": 2, "sex": "F", "birth_year": 1950, "surname_folded": "NGUYEN",
     "name_folded": "NGUYEN AN",
     "number_kind": "cccd", "birth_precision": "day", "province_code": "01"},
    {"profile_id": 2, "doses": 1, "sex": "M", "birth_year": 2015, "surname_folded": "GIANG",
     "name_folded": "GIANG A PHAO",
     "number_kind": "missing", "birth_precision": "year", "province_code": "01"},
    *({"profile_id": n, "doses": 1, "number_kind": "malformed"} for n in range(3, 7)),
]  # fmt: skip


def by_group(spark: SparkSession, dispositions, truths, profiles):
    judged = judgement.judged_rows(
        spark.createDataFrame(dispositions, DISPOSITION),
        spark.createDataFrame(truths, TRUTH),
        spark.createDataFrame(profiles, PROFILE),
    )
    return {
        (row.group, row["value"]): tuple(row[name] for name in counts.COUNTS)
        for row in counts.counted(judged).collect()
    }


def test_rows_are_counted_for_all_and_for_every_group(spark: SparkSession) -> None:
    found = by_group(spark, DISPOSITIONS, TRUTHS, PROFILES)
    # rows, in register, linked, outside linked, right, resolvable, … linked, … right
    assert found["all", "all"] == (8, 6, 5, 1, 3, 5, 3, 2)
    assert found["truth_class", "wrong"] == (2, 2, 1, 0, 0, 2, 1, 0)
    assert found["trap", "dup_dose"] == (1, 1, 1, 0, 1, 1, 1, 1)
    assert found["trap", "twin"] == found["trap", "Telex"] == (1, 1, 1, 0, 0, 1, 1, 0)
    assert found["difficulty", "twin"] == found["difficulty", "Telex"] == found["trap", "twin"]
    assert found["difficulty", "several fields wrong"] == (1, 1, 0, 0, 0, 1, 0, 0)
    assert found["disposition", "recovered"] == (2, 1, 2, 1, 1, 0, 0, 0)
    assert found["disposition", "(none)"] == (1, 1, 0, 0, 0, 1, 0, 0)
    assert found["name_group", "minority shape"] == (1, 1, 1, 0, 0, 1, 1, 0)
    assert found["age_band", "65+"] == found["sex", "F"] == (2, 2, 2, 0, 2, 2, 2, 2)
    assert found["age_band", "0-11"] == found["sex", "M"]
    assert found["usable_number", "without"] == (6, 4, 3, 1, 1, 3, 1, 0)
    assert found["confusion", "not_in_register|recovered"][0] == 1


def test_many_rows_are_counted_as_plain_python_counts_them(spark: SparkSession) -> None:
    dice = random.Random(7)
    words = ["twin", "telex", "vni_keys", "vni_windows", "namesake_near_other_date", "odd-new word"]
    people = [f"R{n}" for n in range(9)]
    kinds = ["verified", "wrong", "recovered", "duplicate", "review", "unverifiable"]
    truths = [
        (str(n), dice.choice([*people, None]), None, dice.choice(["right", "unresolvable", None]),
         "|".join(dice.sample(words, dice.randrange(3))))
        for n in range(400)
    ]  # fmt: skip
    blank = (None, None, None, "r", None)
    decided = [
        (str(n), n % 40, dice.choice([*people, None]), dice.choice(kinds), *blank)
        for n in range(380)
    ]
    profiles = [
        {"profile_id": n, "doses": 1, "sex": dice.choice("MF"), "number_kind": "cccd"}
        for n in range(40)
    ]

    found = by_group(spark, decided, truths, profiles)

    counted = {key: found[key] for key in found if key[0] in ("all", "trap", "sex", "difficulty")}
    assert counted == brute_force(decided, truths, {p["profile_id"]: p["sex"] for p in profiles})


def brute_force(decided, truths, sexes):
    """The counts by one pass over the rows, written without the code under test."""
    by_dose = {row[0]: row for row in decided}
    found = {}
    for dose, resident, _, kind, trap in truths:
        _, profile, named, disposition, *_ = by_dose.get(dose, (None,) * 8)
        linked = (
            disposition in ("verified", "wrong", "recovered", "duplicate") and named is not None
        )
        right = linked and named == resident
        resolvable = resident is not None and kind != "unresolvable"
        traps = [word for word in trap.split("|") if word]
        keys = {("all", "all"), ("sex", sexes.get(profile, "(none)"))}
        keys |= {("trap", word) for word in traps or ["(none)"]}
        names = {"twin": "twin", "telex": "Telex", "vni_keys": "VNI"}
        keys |= {("difficulty", names[word]) for word in traps if word in names}
        cell = (True, resident is not None, linked, linked and resident is None, right, resolvable,
                resolvable and linked, resolvable and right)  # fmt: skip
        for key in keys:
            before = found.get(key, (0,) * 8)
            found[key] = tuple(a + b for a, b in zip(before, cell, strict=True))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twin|telex", ["twin", "telex"]),
        ("twin, telex ; twin", ["twin", "telex"]),
        ('["twin", "father and son"]', ["twin", "father and son"]),
        ("[twin, vni]", ["twin", "vni"]),
        ("", ["(none)"]),
        (None, ["(none)"]),
    ],
)
def test_traps_may_be_joined_in_any_way(spark: SparkSession, text, expected) -> None:
    [row] = spark.range(1).select(difficulties.words(F.lit(text)).alias("words")).collect()
    assert row["words"] == expected


def test_a_stated_resolvable_goes_before_the_class(spark: SparkSession) -> None:
    rows = [("1", "R1", "wrong", "false"), ("2", "R2", "x_unresolvable", "true"),
            ("3", None, "wrong", "true"), ("4", "R4", "wrong", None)]  # fmt: skip
    truth = spark.createDataFrame(rows, "dose_id string, resident_id string, truth_class string, "
                                        "resolvable string")  # fmt: skip
    told = {r.dose_id: r.resolvable for r in judgement.truth_rows(truth).collect()}
    assert told == {"1": False, "2": True, "3": False, "4": True}


def test_a_double_entry_is_right_whichever_row_was_called_the_copy(spark: SparkSession) -> None:
    truth = spark.createDataFrame(
        [("a", None), ("b", "a"), ("c", "a"), ("d", None), ("e", "d"), ("f", None)],
        "dose_id string, duplicate_of string",
    )
    called = spark.createDataFrame(
        [("a", 1, "R", "duplicate", None, "c", None, "r", None),
         ("b", 1, "R", "duplicate", None, "d", None, "r", None),
         ("d", 1, "R", "verified", None, None, None, "r", None),
         ("f", 2, "R", "duplicate", None, None, None, "r", None)],
        DISPOSITION,
    )  # fmt: skip
    (row,) = judgement.double_entries(called, truth).collect()
    assert row.asDict() == {"actual": 3, "called": 3, "right": 1}


def test_each_profile_is_calibrated_once_by_the_share_of_its_rows(spark: SparkSession) -> None:
    links = spark.createDataFrame(
        [(1, "R1", "linked", 0.99), (2, "R2", "linked", 0.96), (3, "R3", "review", 0.21),
         (4, None, "unlinked", None), (5, "R5", "linked", 1.0)],
        "profile_id long, best_resident_id string, decision string, match_probability double",
    )  # fmt: skip
    # Profile 1 is two people's; profile 2 is right; 3 is of nobody in the register; 5 is unknown.
    rows = [("a", 1), ("b", 1), ("c", 2), ("d", 3), ("e", 4), ("x", 5)]
    dispositions = spark.createDataFrame(rows, "dose_id string, profile_id long")
    truth = spark.createDataFrame(
        [("a", "R1"), ("b", "R7"), ("c", "R2"), ("d", None), ("e", "R9")],
        "dose_id string, resident_id string",
    )
    found = calibration.calibration(links, dispositions, truth).collect()
    assert {(r.decision, r.bin): (r.profiles, r.predicted, r.right) for r in found} == {
        ("linked", 19): (2, 1.95, 1.5),
        ("review", 4): (1, 0.21, 0.0),
    }


def test_difficulties_of_different_truths_go_by_one_name() -> None:
    def told(word: str) -> list[str]:
        kinds = difficulties.DIFFICULTIES
        return [
            k.name for k in kinds if re.search(k.pattern, word) and not re.search(k.unless, word)
        ]

    spelt = {word: name for name, words in {
        "parent's number on a child": ["parents_number", "parent_number", "parent's number"],
        "someone else's number": ["someone_elses_number", "strangers_number"],
        "father and son": ["father_son", "father and son"],
        "VNI": ["vni", "vni_keys"],
        "? for lost letters": ["question_marks", "?"],
        "namesake with the same birth date": ["namesake", "namesake_far"],
    }.items() for word in words}  # fmt: skip
    assert {word: told(word) for word in spelt} == {word: [name] for word, name in spelt.items()}
    assert told("vni_windows") == told("namesake_near_other_date") == told("fragment") == []


def test_wilson_interval_as_published() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263, and 0 of 20.
    assert wilson(81, 263) == pytest.approx((81 / 263, 0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (None, None, None)
