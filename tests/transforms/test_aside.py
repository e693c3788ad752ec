"""Cells that are left on disk arrive as those that travel through Spark do."""

import random
import stat
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from pyspark.sql import types as T

from jobs.scratch import emptied
from transforms import aside
from transforms.aside import ENCRYPTED, SETTING
from transforms.contents import Address
from transforms.exchange import Kind, Rows, brought_together, gathered, together
from transforms.kernels import applied_to_tasks
from transforms.packing import CELLS, packed, unpacked

SCHEMA = T.StructType().add("profile_id", "long").add("name", "string")
KIND = Kind.of_table("row", SCHEMA, "profile_id")
OTHER = KIND._replace(name="other")
DICE = random.Random(7)
ROWS = [(DICE.randint(-(1 << 63), (1 << 63) - 1), f"Lê Thị {n}") for n in range(2000)]
SEGMENTS = 4


@pytest.fixture(params=["true", "false"], ids=["aside", "by Spark"])
def is_aside(request, spark):
    spark.conf.set(SETTING, request.param)
    yield request.param == "true"
    spark.conf.unset(SETTING)
    emptied(spark)


@pytest.fixture
def rows(spark):
    return spark.createDataFrame(ROWS, SCHEMA).repartition(3)


def unchanged(cells):
    return cells


def found(cells):
    """The rows of both kinds in the order of their tasks."""

    def told(task):
        return pl.concat(kind.arrived(task) for kind in (KIND, OTHER))

    return sorted(map(tuple, applied_to_tasks(cells, told, SCHEMA).collect()))


def test_cells_of_several_frames_and_through_several_tasks_all_arrive(spark, rows, is_aside):
    both = together(Rows(rows, KIND).cells(SEGMENTS), Rows(rows, OTHER).cells(SEGMENTS))
    twice = brought_together(brought_together(both, SEGMENTS, unchanged), SEGMENTS, unchanged)

    assert found(twice) == sorted(ROWS * 2)


def test_only_addresses_go_through_spark(spark, rows, is_aside):
    cells = gathered(Rows(rows, KIND).cells(SEGMENTS), SEGMENTS)
    told = [bytes(cell.content) for cell in cells.collect()]
    size = sum(Address.of(content).size for content in told) if is_aside else 0

    # What was left is all that was sent, and only this user may read it.
    files = list(Path(aside.folder_of(spark)).glob("cells-*")) if is_aside else []
    assert bool(files) == is_aside
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} <= {0o600}
    assert bool(size) == is_aside
    assert emptied(spark) == size
    assert not any(file.exists() for file in files)


def test_what_the_same_task_takes_out_again_is_left_nowhere(spark, rows, is_aside):
    def packed_up(batch):
        return packed({0: batch})

    def sent(task):
        return KIND.sent(unpacked(task), SEGMENTS)

    cells = gathered(
        applied_to_tasks(applied_to_tasks(rows, packed_up, CELLS), sent, CELLS), SEGMENTS
    )

    assert found(cells) == sorted(ROWS)
    told = [bytes(cell.content) for cell in cells.collect()]
    left = sum(Address.of(content).size for content in told) if is_aside else 0
    assert emptied(spark) == 2 * left  # it was computed twice


def test_a_task_has_all_cells_of_its_segment(spark, rows, is_aside):
    def told(task):
        return task.group_by("segment").agg(
            kind=pl.lit(""), rows=pl.col("rows").sum(), content=pl.lit(b"")
        )

    cells = gathered(Rows(rows, KIND).cells(SEGMENTS), SEGMENTS)
    made = applied_to_tasks(cells, told, CELLS).collect()
    assert sorted(row.segment for row in made) == list(range(SEGMENTS))
    assert sum(row.rows for row in made) == len(ROWS)


def session(master, settings=None):
    conf = SimpleNamespace(get=lambda key, default: (settings or {}).get(key, default))
    return SimpleNamespace(sparkContext=SimpleNamespace(master=master), conf=conf)


@pytest.mark.parametrize(
    ("of", "is_left"),
    [
        (session("local[2]"), True),
        (session("local[2]", {SETTING: "false"}), False),
        (session("local[2]", {ENCRYPTED: "true"}), False),
        (session("spark://host:7077"), False),
        (session("yarn"), False),
    ],
)
def test_nothing_is_left_where_others_could_not_fetch_it_or_it_must_be_encrypted(
    spark, of, is_left
):
    assert (aside.folder_of(of) is not None) == is_left


def test_a_session_tells_what_its_context_was_started_with(spark):
    """Whether Spark encrypts is such a setting, and is asked of the session."""
    told = spark.sparkContext.getConf()
    for name in ("spark.master", "spark.driver.host", "spark.driver.port"):
        assert spark.conf.get(name) == told.get(name)


def test_an_address_may_be_anywhere():
    address = Address("/tmp/a folder 1/cells-2", 3, 4)
    assert Address.of(address.told()) == address
