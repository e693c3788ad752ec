"""Which run a command goes on with."""

from jobs import correct, ingest
from jobs.command import going_on


def test_a_stage_goes_on_with_the_run_that_wrote_last_of_what_it_reads(start):
    def write(run_id, name):
        start(run_id).tables.overwrite(name, start(run_id).tables.spark.range(1))

    new = start("new")
    assert going_on(new, correct.READS) == new
    # b has taken over what a made of the registers.
    for run_id, name in (("a", "resident_rows"), ("a", "profiles"), ("b", "dispositions")):
        write(run_id, name)
    # Whoever takes answers in signs by another name.
    write("receipt", "decisions")

    assert going_on(new, correct.READS).run_id == "b"
    assert going_on(new, ("profiles", "decisions")).run_id == "a"
    assert going_on(new, ingest.READS) == new
