"""The content of the look-up tables of one nation."""

import polars as pl

from transforms.synthesis.households import seats
from transforms.synthesis.lookups import Lookups
from transforms.synthesis.names import Names
from transforms.synthesis.places import Places


def lookups(places: Places, names: Names) -> Lookups:
    """Every look-up of a nation of these places and names."""
    middles = names.tables.slots("middle")
    return Lookups(
        seats=pl.DataFrame(seats()),
        commune_slots=_commune_slots(places),
        communes=_communes(places),
        groups=pl.DataFrame({"group": names.group_slots()}),
        surnames=pl.DataFrame({"own_surname": names.tables.slots("surname")}),
        middles=pl.DataFrame({"one": middles}),
        seconds=pl.DataFrame({"two": middles}),
        givens=pl.DataFrame({"own_given": names.tables.slots("given")}),
    )


def _commune_slots(places: Places) -> pl.DataFrame:
    order = {code: i for i, code in enumerate(places.provinces)}
    slots = places.commune_slots
    provinces = [order[places.communes[commune][:2]] for commune in slots]
    return pl.DataFrame({"commune": slots, "province": provinces})


def _communes(places: Places) -> pl.DataFrame:
    spots = places.communes
    return pl.DataFrame(
        {
            "province_code": [spot[:2] for spot in spots],
            "district_code": [spot[2:5] for spot in spots],
            "commune_code": [spot[5:] for spot in spots],
        }
    )
