"""Link: scored pairs → one decision per unverified profile."""

from jobs.run import Run
from transforms.linkage import links

READS = ("scored_pairs", "verifications")
WRITES = ("links",)


def run(run: Run) -> None:
    """Many profiles may be one resident; a profile has at most one."""
    tables = run.tables
    decided = links(
        tables.read("scored_pairs"), tables.read("verifications"), run.matching.threshold
    )
    tables.overwrite("links", decided)
