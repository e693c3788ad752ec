"""Link: scored pairs → one decision per unverified profile."""

from jobs.decided import judged
from jobs.run import Run
from jobs.segments import segments_of
from transforms.decisions import with_judgements, without_rejected
from transforms.linkage import links

READS = ("scored_pairs", "verifications", "residents")
WRITES = ("links",)


def run(run: Run) -> None:
    """Many profiles may be one resident; a profile at most one; what people said comes first."""
    tables, threshold = run.tables, run.matching.threshold
    scored, verifications = tables.read("scored_pairs"), tables.read("verifications")
    segments = segments_of(tables.spark, scored, verifications)
    said = judged(tables)
    if said is None:
        tables.overwrite("links", links(scored, verifications, threshold, segments))
        return
    others = scored.transform(without_rejected, said)
    asked = links(others, verifications, threshold, segments)
    tables.overwrite("links", asked.transform(with_judgements, said, tables.read("residents")))
