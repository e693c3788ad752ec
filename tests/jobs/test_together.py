import threading

import pytest

from jobs.together import together


def test_parts_run_at_once_and_answer_in_their_order(spark):
    met = threading.Barrier(2, timeout=60)

    def part(number):
        met.wait()
        return spark.range(number).count()

    assert together(spark, lambda: part(3), lambda: part(5)) == [3, 5]


def test_the_first_failure_in_their_order_is_told_once_all_have_ended(spark):
    ended = []

    def broken(name):
        ended.append(name)
        raise ValueError(name)

    with pytest.raises(ValueError, match="one"):
        together(spark, lambda: broken("one"), lambda: broken("two"), lambda: ended.append("three"))
    assert sorted(ended) == ["one", "three", "two"]
