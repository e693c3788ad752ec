"""The content of the look-up tables of one nation, as plain columns."""

from collections.abc import Mapping, Sequence

from transforms.synthesis.households import seats
from transforms.synthesis.world import World

Table = Mapping[str, Sequence[int] | Sequence[str]]


def tables(world: World) -> dict[str, Table]:
    """The content of every look-up, by its name in `Lookups`."""
    places, names = world.places, world.names
    order = {code: i for i, code in enumerate(places.provinces)}
    slots = places.commune_slots
    return {
        "seats": seats(),
        "commune_slots": {
            "commune_slot": range(len(slots)),
            "commune": slots,
            "province": [order[places.communes[c][:2]] for c in slots],
        },
        "communes": {"commune": range(len(places.communes)), "spot": places.communes},
        "groups": _numbered("group_slot", "group", names.group_slots()),
        "surnames": _numbered("surname_slot", "own_surname", names.tables.slots("surname")),
        "middles": _numbered("middle_slot", "one", names.tables.slots("middle")),
        "givens": _numbered("given_slot", "own_given", names.tables.slots("given")),
    }


def _numbered(key: str, name: str, values: Sequence[int] | Sequence[str]) -> Table:
    return {key: range(len(values)), name: values}
