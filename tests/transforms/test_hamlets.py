"""A register may name hamlets; the lists are grouped by them, and do without."""

from pyspark.sql import SparkSession

from tests.fake_rows import fake_rows
from transforms.hamlets import with_hamlet
from transforms.schemas import CORRECTION


def test_each_row_gets_its_residents_hamlet(spark: SparkSession) -> None:
    listed = [
        {"profile_id": n, "resident_id": resident}
        for n, resident in enumerate(("R1", "R2", "R3", None))
    ]
    corrections = fake_rows(spark, CORRECTION, listed)
    named = [("R1", " Thôn 3 "), ("R2", " "), ("R9", "Thôn 9")]
    rows = spark.createDataFrame(named, "resident_id string, hamlet string")

    told = with_hamlet(corrections, rows)
    assert told.columns == CORRECTION.names
    assert {r["profile_id"]: r["hamlet"] for r in told.collect()} == {
        0: "Thôn 3", 1: None, 2: None, 3: None,
    }  # fmt: skip
    assert with_hamlet(corrections, rows.drop("hamlet")) is corrections
