"""The made-up nation against the official totals (domain.md section 8) and against itself."""

import csv
from collections import Counter

import pyarrow.parquet as pq
import pytest

from jobs.synthesise import synthesise
from tests.pipeline.conftest import made_nation

# Share of recorded rows, and how far a nation of 98,000 may be off.
SHARES = {
    "verified": (0.671, 0.005),
    "wrong": (0.212, 0.002),
    "noid_resolvable": (0.081, 0.003),
    "noid_unresolvable": (0.0164, 0.002),
    "unsent": (0.0195, 0.001),
}
MISSING = (0.0357, 0.0005)
# Codes of rows that the platform shows otherwise: structure and the population's own errors.
NOT_ON_A_ROW = {
    "FRAGMENT", "DUP_DOSE", "MERGED", "MISSING", "UNSENT", "SHARED_PHONE", "POP_DEAD_UNREG",
}  # fmt: skip


@pytest.mark.slow
def test_the_demo_nation_has_the_official_shares_and_every_error(in_session, reference, tmp_path):
    out, made = made_nation(98_000, tmp_path, in_session)
    truth = pq.read_table(out / "truth.parquet").to_pylist()
    rows = Counter(row["truth_class"] for row in truth)
    # A number that the register does not hold is one of the official kinds of WRONG.
    rows["wrong"] += sum(row["error_code"] == "NOT_IN_DB" for row in truth)
    for name, (share, tolerance) in SHARES.items():
        assert rows[name] / len(truth) == pytest.approx(share, abs=tolerance), name
    missing = made["never_entered"] / made["injected"]
    assert missing == pytest.approx(MISSING[0], abs=MISSING[1])

    with (reference / "error_recipe.csv").open(encoding="utf-8-sig") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert len(codes) == 38
    assert codes - NOT_ON_A_ROW <= {row["error_code"] for row in truth}
    traps = {trap for row in truth for trap in (row["trap"] or "").split("|")}
    assert traps >= {"twin", "namesake", "father_son", "parent_number", "lookalike", "fragment",
                     "merged", "dup_dose", "shared_phone", "filldown", "row_shift"}  # fmt: skip
    provinces = pq.read_table(out / "residents.parquet", columns=["province_code"])
    assert len(set(provinces["province_code"].to_pylist())) == 63


@pytest.mark.slow
def test_the_same_seed_makes_the_same_rows_however_the_work_is_cut(spark, reference, tmp_path):
    def made(name, partitions, seed):
        before = spark.conf.get("spark.sql.shuffle.partitions")
        spark.conf.set("spark.sql.shuffle.partitions", partitions)
        try:
            synthesise(spark, reference, 1_000, tmp_path / name, seed)
        finally:
            spark.conf.set("spark.sql.shuffle.partitions", before)
        return [
            sorted(tuple(map(str, row.values())) for row in pq.read_table(file).to_pylist())
            for file in sorted((tmp_path / name).glob("*.parquet"))
        ]

    first = made("first", 2, seed=3)
    assert first == made("second", 7, seed=3)
    assert first != made("third", 2, seed=4)
