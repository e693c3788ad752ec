"""Delta tables of others: what they have lost is not read, and nothing is asked of ours for it."""

import pytest

from jobs.administered import keep_administered
from jobs.errors import InputError
from jobs.session import SKIPPING
from jobs.tables import Commit, Tables


def test_a_session_asks_no_more_of_delta_after_a_source_than_before(spark, tmp_path):
    tables, given = Tables(spark, str(tmp_path), Commit("r1")), tmp_path / "given"
    rows = spark.range(100).selectExpr(
        "cast(id as string) facility_code",
        "'2021-09-01' injected_on",
        "'' vaccine",
        "id - 90 doses",
    )
    vectors = {"delta.enableDeletionVectors": "true"}
    rows.coalesce(1).write.format("delta").options(**vectors).save(str(given))
    spark.conf.set(SKIPPING, "false")  # as a run finds it

    with pytest.raises(InputError, match="90 row"):
        keep_administered(tables, str(given))
    assert spark.conf.get(SKIPPING) == "false"

    spark.sql(f"delete from delta.`{given}` where doses < 5")
    keep_administered(tables, str(given))
    assert spark.conf.get(SKIPPING) == "false"
    kept = sorted(row["facility_code"] for row in tables.read("administered").collect())
    assert kept == ["95", "96", "97", "98", "99"]
