"""Read without Spark, a table has the rows that Spark reads."""

from pathlib import Path

from jobs.local_log import commits, live_files, newest_commit, rows_of
from jobs.tables import Commit, Tables

CHECKPOINT = 10  # commits


def spoken(tables):
    return sorted(tuple(row) for row in tables.read("toys").collect())


def read(tables):
    return sorted(tuple(row.values()) for row in rows_of(Path(tables.path("toys"))))


def test_rows_are_those_of_delta_also_when_old_commits_are_gone(spark, tmp_path):
    tables = Tables(spark, str(tmp_path), Commit("a", "toys"))
    assert rows_of(tmp_path / "toys") == []
    for number in range(CHECKPOINT + 2):
        row = (f"run-{number % 4}", number)
        tables.put("toys", spark.createDataFrame([row], "run_id string, n long"), "run_id", row[0])

    table = tmp_path / "toys"
    assert read(tables) == spoken(tables) == [(f"run-{n % 4}", n) for n in (8, 9, 10, 11)]
    for commit in commits(table)[:CHECKPOINT]:
        commit.unlink()
    assert len(commits(table)) == 2
    assert read(tables) == spoken(tables)
    assert {path.name for path in live_files(table)} <= {path.name for path in table.iterdir()}
    assert newest_commit(table)["userMetadata"] == newest_by_spark(tables)


def newest_by_spark(tables):
    history = tables.spark.sql(f"describe history delta.`{tables.path('toys')}` limit 1")
    return history.collect()[0]["userMetadata"]
