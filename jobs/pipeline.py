"""The data's way, in order. Start reading here.

A stage is a module with `READS`, `WRITES` and `run(run: Run) -> None`; it reads tables that an
earlier stage wrote and writes its own, each in one commit.
"""

from types import ModuleType

from jobs import (
    block,
    classify,
    cluster,
    correct,
    deduplicate,
    ingest,
    link,
    measure,
    publish,
    report,
    score,
    standardise,
    verify,
)

STAGES: dict[str, ModuleType] = {
    "ingest": ingest,
    "standardise": standardise,
    "verify": verify,
    "block": block,
    "score": score,
    "link": link,
    "measure": measure,
    "cluster": cluster,
    "deduplicate": deduplicate,
    "classify": classify,
    "correct": correct,
    "publish": publish,
    "report": report,
}
# What these write follows from the registers, the settings and the code alone, and names no run.
FROM_REGISTERS = ("ingest", "standardise", "verify", "block", "score")
# The same, and from what people have answered. Later stages write down whose run it was.
FROM_ANSWERS = ("link", "measure", "cluster", "deduplicate")
