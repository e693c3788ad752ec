"""Block: unverified profiles × residents → planned blocks → candidate pairs."""

from jobs.run import Run
from transforms.blocking import blocks, candidate_pairs, profile_keys, resident_keys

READS = ("profiles", "residents", "verifications", "facilities")
WRITES = ("blocks", "candidate_pairs")


def run(run: Run) -> None:
    """Plan first; pairs are made only from what the plan lets through."""
    tables, rules = run.tables, run.matching.blocking
    profiles = profile_keys(
        tables.read("profiles"), tables.read("verifications"), tables.read("facilities")
    )
    residents = resident_keys(tables.read("residents"))
    tables.overwrite("blocks", blocks(profiles, residents, rules))
    tables.overwrite("candidate_pairs", candidate_pairs(tables.read("blocks"), profiles, rules))
