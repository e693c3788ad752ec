from tests.fake_rows import fake_rows
from transforms.dose_cases import dose_cases
from transforms.schemas import DISPOSITION, FINDING


def test_a_case_is_a_copy_a_doubted_dose_or_a_broken_rule_and_never_two(spark):
    decided = [
        {"dose_id": "copy", "disposition": "duplicate", "duplicate_of": "kept"},
        {"dose_id": "kept", "disposition": "verified"},
        {"dose_id": "torn", "disposition": "review", "doubt": "two_people"},
        # Nobody knows whose profile this is: the person is asked about, not the dose.
        {"dose_id": "open", "disposition": "review"},
        {"dose_id": "early", "disposition": "verified"},
        {"dose_id": "real", "disposition": "verified"},
    ]
    broken = {
        "copy": ["short_interval"],
        "torn": ["two_people", "dose_number_order"],
        "open": ["two_people"],
        "early": ["before_approval"],
        "real": ["before_approval"],
    }
    found = dose_cases(
        fake_rows(spark, DISPOSITION, [{"profile_id": 1, **row} for row in decided]),
        fake_rows(
            spark,
            FINDING,
            [{"dose_id": dose, "rule": rule} for dose, rules in broken.items() for rule in rules],
        ),
        spark.createDataFrame([("real",)], "dose_id string"),
    )

    assert {row.dose_id: (row.disposition, row.evidence) for row in found.collect()} == {
        "copy": ("duplicate", ["finding=duplicate"]),
        "torn": ("review", ["finding=dose_number_order", "finding=two_people"]),
        "early": ("finding", ["finding=before_approval"]),
    }
