"""Block: unverified profiles × residents → planned blocks → candidate pairs."""

from jobs.block_keys import asking_side, block_keys
from jobs.run import Run
from jobs.scratch import scratch
from transforms.blocking.plan import Side, blocks_and_pairs

READS = ("profiles", "residents", "verifications", "facilities")
WRITES = ("blocks", "candidate_pairs")


def run(run: Run) -> None:
    """Pairs are made only from what the plan lets through."""
    tables, rules = run.tables, run.matching.blocking
    read = tables.read
    asking = asking_side(read("profiles"), read("verifications"), read("facilities"), rules)
    residents = Side.of_residents(read("residents"))
    with scratch(tables.spark, tables.path("_block")) as disk:
        keys = block_keys(disk, asking, residents, rules)
        tables.overwrite_all(blocks_and_pairs(keys, rules))
