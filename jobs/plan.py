"""Plan: what blocking will cost on a warehouse, or a whole run on a nation and a cluster."""

from jobs.block_keys import asking_side, met_by
from jobs.config import DEFAULT_COSTS, Matching, load
from jobs.errors import ConfigError, InputError
from jobs.tables import Tables
from transforms.blocking import plan as blocking
from transforms.blocking.plan import Side
from transforms.costs import Costs, Size, forecast

NEEDED = ("profiles", "residents", "verifications", "facilities")


def of_size(size: Size) -> dict[str, object]:
    """What a whole run costs, forecast from the runs that `make bench` measured last.

    Raises:
        ConfigError: none was measured yet.
    """
    if not DEFAULT_COSTS.exists():
        raise ConfigError(
            f"{DEFAULT_COSTS}: nothing measured yet to forecast from; "
            'make it with `make bench RESIDENTS="100000 1000000"`'
        )
    return forecast(load(DEFAULT_COSTS, Costs), size)


def plan(tables: Tables, matching: Matching) -> dict[str, object]:
    """Predicted pairs, largest block and what the caps leave out, per rule and in all.

    A pair found by several rules is made once; the sum of the rules is the upper bound.
    """
    absent = [name for name in NEEDED if not tables.exists(name)]
    if absent:
        raise InputError(
            f"{tables.warehouse}: no {', '.join(absent)} yet; run standardise and verify first"
        )
    rules = matching.blocking
    read = tables.read
    people = asking_side(read("profiles"), read("verifications"), read("facilities"), rules)
    asking = blocking.stated(people, rules)
    residents = Side.of_residents(read("residents"))
    planned = blocking.blocks(met_by(asking, residents, rules), rules)
    costs = [row.asDict() for row in planned.transform(blocking.cost_by_rule).collect()]
    by_rule = {str(cost.pop("rule")): cost for cost in costs}
    return {
        "pairs at most": sum(cost["pairs"] for cost in costs),
        "pairs left out": sum(cost["pairs_left_out"] for cost in costs),
        "rules": by_rule,
    }
