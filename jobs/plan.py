"""Plan: what the blocking rules will cost on this warehouse, before any pair is made."""

from jobs.config import Matching
from jobs.errors import InputError
from jobs.tables import Tables
from transforms.blocking import blocks, cost_by_rule, profile_keys, resident_keys

NEEDED = ("profiles", "residents", "verifications", "facilities")


def plan(tables: Tables, matching: Matching) -> dict[str, object]:
    """Predicted pairs, largest block and what the caps leave out, per rule and in all.

    A pair found by several rules is made once; the sum of the rules is the upper bound.
    """
    absent = [name for name in NEEDED if not tables.exists(name)]
    if absent:
        raise InputError(
            f"{tables.warehouse}: no {', '.join(absent)} yet; run standardise and verify first"
        )
    profiles = profile_keys(*(tables.read(n) for n in ("profiles", "verifications", "facilities")))
    residents = resident_keys(tables.read("residents"))
    planned = blocks(profiles, residents, matching.blocking)
    costs = [row.asDict() for row in planned.transform(cost_by_rule).collect()]
    by_rule = {str(cost.pop("rule")): cost for cost in costs}
    return {
        "pairs at most": sum(cost["pairs"] for cost in costs),
        "pairs left out": sum(cost["pairs_left_out"] for cost in costs),
        "rules": by_rule,
    }
