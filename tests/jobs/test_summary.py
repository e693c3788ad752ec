"""What a command tells at its end."""

from jobs.summary import dispositions
from tests.fake_rows import fake_rows
from transforms.schemas import LEDGER


def test_the_dispositions_of_another_run_are_not_told_as_this_ones(start):
    lines = [("disposition", "verified", 5), ("disposition", "verified", 2), ("accepted", "", 7)]
    rows = [{"stage": stage, "class": name, "rows": count} for stage, name, count in lines]
    run = start("a").during("classify")
    assert dispositions(run) == {}

    run.tables.overwrite("ledger", fake_rows(run.tables.spark, LEDGER, rows))

    told = dispositions(run)
    assert (told["verified"], sum(told.values())) == (7, 7)
    assert dispositions(start("b")) == {}
