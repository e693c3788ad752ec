"""Changes of several tables: Delta for Spark reads what we read, and all are made or none."""

from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable
from pyspark.sql import functions as F

from jobs import delta_commit, draft, parquet_files
from jobs.delta_commit import Change
from jobs.draft import Draft, finish, roll_forward
from jobs.errors import LedgerError
from jobs.narrowed import keys_of
from jobs.segments import count
from jobs.tables import Commit, Tables


@pytest.fixture
def tables(spark, tmp_path):
    """Two tables of a hundred rows, in a folder whose name is none for Delta's addresses."""
    made = Tables(spark, str(tmp_path / "một [kho]"), Commit("run-1", "block", "f1"))
    for name in ("toys", "tools"):
        made.overwrite(name, numbered(spark, 0, 100))
    return made


def numbered(spark, low, high):
    rows = spark.range(low, high).withColumnRenamed("id", "profile_id")
    return rows.withColumn("name", F.concat(F.lit("n"), "profile_id")).repartition(2)


def numbers(frame):
    return sorted(row.profile_id for row in frame.collect())


def by_delta(tables, name):
    """As Delta reads it elsewhere: here it is told not to look which files could be left out."""
    skipping = "spark.databricks.delta.stats.skipping"
    tables.spark.conf.set(skipping, "true")
    try:
        return numbers(tables.spark.read.format("delta").load(tables.path(name)))
    finally:
        tables.spark.conf.set(skipping, "false")


def day(tables, low, high, *new):
    """A draft in which the rows from `low` to `high` go and `new` ones come, in both tables."""
    made = Draft(tables)
    keys = keys_of(tables.spark, "profile_id", pl.Series(range(low, high)))
    for name in ("toys", "tools"):
        made.replace(name, keys, [numbered(tables.spark, *new)])
    return made


def test_nothing_is_changed_before_everything_is(tables):
    made = day(tables, 10, 20, 10, 15)

    expected = [at for at in range(100) if not 15 <= at < 20]
    assert numbers(made.read("toys")) == expected
    assert numbers(tables.read("toys")) == by_delta(tables, "toys") == list(range(100))

    made.made()

    for name in ("toys", "tools"):
        assert numbers(tables.read(name)) == by_delta(tables, name) == expected
        assert count(tables.read(name)) == tables.written(name).rows == 95
    assert tables.written("toys").commit == Commit("run-1", "block", "f1")


def test_one_change_upon_another_and_a_whole_table_upon_both(tables):
    day(tables, 0, 50, 200, 210).made()
    day(tables, 45, 60, 300, 301).made()

    expected = [*range(60, 100), *range(200, 210), 300]
    assert numbers(tables.read("toys")) == by_delta(tables, "toys") == expected
    day(tables, 205, 400, 500, 501).made()
    assert by_delta(tables, "toys") == [*range(60, 100), *range(200, 205), 500]

    tables.overwrite("toys", numbered(tables.spark, 7, 9))
    assert numbers(tables.read("toys")) == by_delta(tables, "toys") == [7, 8]
    day(tables, 8, 9, 20, 22).made()
    assert numbers(tables.read("toys")) == by_delta(tables, "toys") == [7, 20, 21]
    assert tables.written("toys").rows == 3


def test_rows_whose_place_the_log_no_longer_tells_are_not_taken_out_twice(tables):
    day(tables, 0, 50, 200, 210).made()
    day(tables, 1000, 1001, 300, 301).made()
    DeltaTable(tables.path("toys")).create_checkpoint()
    *old, _ = sorted(Path(tables.path("toys"), "_delta_log").glob("*.json"))
    for commit in old:
        commit.unlink()

    with pytest.raises(LedgerError, match="tidied away; make it anew with `doichieu run`"):
        day(tables, 45, 60, 400, 401).made()


def test_all_rows_of_a_small_table_are_replaced(tables):
    made = Draft(tables)
    made.replace_all("toys", numbered(tables.spark, 5, 7))
    made.made()

    assert numbers(tables.read("toys")) == by_delta(tables, "toys") == [5, 6]


def test_changes_that_nobody_finished_are_made_by_whoever_comes_next(tables, monkeypatch):
    committed = []

    def killed(table, version, text):
        if committed:
            raise KeyboardInterrupt
        committed.append(table.name)
        commit(table, version, text)

    commit = delta_commit.commit
    monkeypatch.setattr(draft.delta_commit, "commit", killed)
    with pytest.raises(KeyboardInterrupt):
        day(tables, 0, 90, 0, 1).made()
    monkeypatch.undo()
    assert sorted(map(count, map(tables.read, ("toys", "tools")))) == [11, 100]

    for _ in range(2):
        finish(Path(tables.warehouse))
        assert [numbers(tables.read(name)) for name in ("toys", "tools")] == [
            [0, *range(90, 100)]
        ] * 2
    assert not Path(tables.path(draft.FOLDER)).exists()


@pytest.mark.parametrize("ready", [False, True])
def test_a_folder_of_changes_that_is_half_taken_away_keeps_nobody_out(tables, monkeypatch, ready):
    def killed(folder, **_):
        whole(folder / "toys")
        raise KeyboardInterrupt

    whole = draft.shutil.rmtree
    monkeypatch.setattr(draft.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        day(tables, 0, 90, 0, 1).made()
    monkeypatch.undo()
    if ready:  # as a reader finds it who has begun before
        Path(tables.path(draft.FOLDER), draft.READY).write_text('["tools", "toys"]')

    for come in (roll_forward, finish):
        come(Path(tables.warehouse))
        assert [numbers(tables.read(name)) for name in ("toys", "tools")] == [
            [0, *range(90, 100)]
        ] * 2
    assert not Path(tables.path(draft.FOLDER)).exists()


def test_changes_not_put_into_words_yet_are_forgotten(tables, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(draft.delta_commit, "prepared", killed)
    with pytest.raises(KeyboardInterrupt):
        day(tables, 0, 90, 0, 1).made()

    finish(Path(tables.warehouse))
    assert numbers(tables.read("toys")) == by_delta(tables, "toys") == list(range(100))
    monkeypatch.undo()
    day(tables, 0, 90, 0, 1).made()
    assert numbers(tables.read("toys")) == [0, *range(90, 100)]


def test_a_version_that_somebody_else_has_made_is_not_made_again(tables):
    place = Path(tables.path("toys"))
    new = parquet_files.written(numbered(tables.spark, 1, 2), place)
    version, text = delta_commit.prepared(place, Change(new, {}), "{}")
    tables.overwrite("toys", numbered(tables.spark, 3, 4))

    with pytest.raises(FileExistsError):
        delta_commit.commit(place, version, text)
    assert numbers(tables.read("toys")) == [3]
