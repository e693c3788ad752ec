"""What an update builds upon: told by the commits of the tables, not by who has begun."""

import pytest

from jobs import history
from jobs.errors import ConfigError
from jobs.fingerprint import InputState
from jobs.update import last_made

ALL = ("dose_rows", "corrections")


def done(run, *names):
    """The run has begun, and written these tables."""
    history.opened(run, InputState("inputs", 1)).write("running")
    for name in names:
        run.tables.overwrite(name, run.tables.spark.range(1))


@pytest.mark.parametrize(
    ("runs", "last"),
    [
        ([("a", ALL)], "a"),
        ([("a", ALL), ("typo", ())], "a"),
        ([("a", ALL), ("b", ALL)], "b"),
        ([("a", ALL), ("b", ALL[:1]), ("a", ALL)], "a"),
        ([("a", ALL[:1]), ("b", ALL[1:])], "b"),  # which took over what a had made
    ],
)
def test_an_update_builds_upon_the_run_that_made_the_corrections(start, runs, last):
    for run_id, names in runs:
        done(start(run_id, f"of {run_id}"), *names)

    found = last_made(start("day"))

    assert (found["run_id"], found["fingerprint"]) == (last, f"of {last}")


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([], "nothing to update yet"),
        ([("a", ALL[:1])], "nothing to update yet"),
        ([("a", ALL), ("b", ALL[:1])], "run b has begun and not come to its corrections"),
        ([("a", ALL), ("b", ALL), ("a", ALL[:1])], "go on with it by `doichieu run --run-id a`"),
    ],
)
def test_tables_of_which_some_are_newer_than_the_corrections_are_not_built_upon(start, runs, told):
    for run_id, names in runs:
        done(start(run_id, f"of {run_id}"), *names)

    with pytest.raises(ConfigError, match=told):
        last_made(start("day"))
