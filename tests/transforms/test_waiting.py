"""A session that waits starts Java for whoever needs it, once, and for nobody else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest
from pyspark.sql import types as T

from jobs import launch
from jobs.few import few
from jobs.narrowed import among_keys, keys_of
from jobs.scratch import Scratch
from jobs.together import together
from transforms import here
from transforms.kernels import applied
from transforms.waiting import (
    Everywhere,
    WaitingSession,
    awake,
    cores,
    is_awake,
    is_local,
    name_jobs,
    option,
    set_option,
)

NUMBER = T.StructType().add("number", "long")


@pytest.fixture
def started():
    return []


@pytest.fixture
def waiting(spark, started):
    """Starting it hands out the tests' own session."""

    def start():
        started.append(threading.current_thread())
        return spark

    return WaitingSession(3, {"some.option": "set"}, start)


def test_what_it_was_set_up_with_is_known_before(waiting, started):
    assert (cores(waiting), is_local(waiting)) == (3, True)
    assert option(waiting, "some.option", "") == "set"
    assert option(waiting, "another", "none") == "none"
    set_option(waiting, "another", "one")
    assert option(waiting, "another", "none") == "one"
    here.make_all(waiting)
    assert here.is_few(waiting, 1 << 40)
    assert not is_awake(waiting)
    assert started == []


def test_rows_made_here_start_nothing(waiting, started, tmp_path):
    disk = Scratch(waiting, str(tmp_path))
    numbers = disk.few_written("numbers", pl.DataFrame({"number": range(100)}), NUMBER)
    twice = applied(numbers, lambda rows: rows * 2, NUMBER)
    keys = keys_of(waiting, "number", pl.Series([4, 8, 15]))

    found = together(waiting, *(lambda: few(among_keys(twice, keys)) for _ in range(2)))

    assert [rows["number"].to_list() for rows in found] == [[4, 8]] * 2
    assert started == []


def test_many_who_need_it_start_it_once(waiting, started):
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(lambda n: waiting.range(n).count(), range(8)))

    assert counts == list(range(8))
    assert len(started) == 1
    assert awake(waiting) is waiting
    assert is_awake(waiting)


def test_jobs_have_the_name_that_was_told_before(waiting, started, spark):
    name_jobs(waiting, "block")
    assert started == []
    awake(waiting)
    assert spark.sparkContext.getLocalProperty("spark.jobGroup.id") == "block"
    name_jobs(waiting, "score")
    assert spark.sparkContext.getLocalProperty("spark.jobGroup.id") == "score"


def test_what_kernels_need_goes_with_them_once(waiting, spark):
    added = Everywhere(waiting, np.array([5]))

    def kernel(rows):
        return rows + int(added.value[0])

    made = [applied(spark.range(3).toDF("number"), kernel, NUMBER) for _ in range(2)]

    assert [[row.number for row in frame.collect()] for frame in made] == [[5, 6, 7]] * 2
    assert added._sent.value.tolist() == [5]


@pytest.mark.parametrize(("master", "known"), [("local[1]", 1), ("local[3]", 3), ("local[2,4]", 2)])
def test_a_master_tells_how_many_tasks_it_does_at_once(master, known):
    assert launch.cores(master) == known


def test_a_master_of_all_cores_has_as_many_as_spark_says(spark):
    found = spark.sparkContext._jvm.java.lang.Runtime.getRuntime().availableProcessors()
    assert launch.cores("local[*]") == found
