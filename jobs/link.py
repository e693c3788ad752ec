"""Link: scored pairs → one decision per unverified profile."""

from jobs.decided import judged
from jobs.run import Run
from transforms.decisions import with_judgements, without_rejected
from transforms.linkage import links

READS = ("scored_pairs", "verifications", "residents")
WRITES = ("links",)


def run(run: Run) -> None:
    """Many profiles may be one resident; a profile at most one; what people said comes first."""
    tables, threshold = run.tables, run.matching.threshold
    scored, verifications = tables.read("scored_pairs"), tables.read("verifications")
    said = judged(tables)
    if said is None:
        tables.overwrite("links", links(scored, verifications, threshold))
        return
    asked = links(scored.transform(without_rejected, said), verifications, threshold)
    tables.overwrite("links", asked.transform(with_judgements, said, tables.read("residents")))
