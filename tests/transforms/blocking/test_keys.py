from itertools import product

import polars as pl

from transforms.blocking.keys import Keyed, keys, needed

NAMED = Keyed("name and place", ("name", "place"))
REPAIRED = Keyed("repair", ("repairs",))
BOTH = [NAMED, REPAIRED]


def people(*rows):
    kinds = {"id": pl.String, "name": pl.String, "place": pl.Int32, "repairs": pl.List(pl.String)}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def found(batch, rules, asked=None):
    return keys(batch, ["id"], rules, asked).rows()


def test_columns_are_needed_once():
    assert needed([NAMED, REPAIRED, NAMED]) == ["name", "place", "repairs"]


def test_a_key_where_every_column_is_filled_and_one_per_element_of_a_list():
    batch = people(
        ("a", "LAN", 1, ["x", "y", "x"]),
        ("b", "LAN", None, []),
        ("c", None, 1, None),
        ("d", "LAN", 1, [None, "y"]),
    )
    rows = found(batch, BOTH)

    assert [row[:2] for row in rows] == [("a", 0), ("d", 0), *[("a", 1)] * 3, ("d", 1)]
    a_name, d_name, x, y, x_again, of_d = [row[2] for row in rows]
    assert (a_name, x, y) == (d_name, x_again, of_d)
    assert len({a_name, x, y}) == 3


def test_a_list_beside_a_single_value_gives_a_key_per_element_with_it():
    batch = people(("a", "LAN", 1, ["x", "y"]), ("b", None, 1, ["x"]), ("c", "MAI", 1, ["x"]))
    rows = found(batch, [Keyed("rule", ("name", "repairs"))])

    assert [row[0] for row in rows] == ["a", "a", "c"]
    assert len({row[2] for row in rows}) == 3


def test_the_fields_of_a_struct_are_keys_as_the_elements_of_a_list_are():
    lists = [["x", "y"], ["x", None], [None, "y"], [None, None], ["z", "x"]]
    batch = people(*((str(at), "LAN", 1, each) for at, each in enumerate(lists)))
    fields = pl.DataFrame(lists, schema=dict.fromkeys("pq", pl.String), orient="row")
    told = batch.with_columns(fields.to_struct("repairs"))

    for rule in (REPAIRED, Keyed("rule", ("name", "repairs")), Keyed("rule", ("repairs", "place"))):
        of_lists, of_fields = found(batch, [rule]), found(told, [rule])
        assert sorted(of_fields) == sorted(of_lists)
        assert len(of_fields) == 6


def test_a_struct_that_comes_second_must_agree_as_a_whole():
    rule = [Keyed("rule", ("repairs", "places"))]
    places = pl.DataFrame({"p": ["x", "x", "x"], "q": ["y", "y", None]}).to_struct("places")
    batch = people(*(("a", None, None, ["r"]) for _ in range(3))).with_columns(places)
    first, second, third = [row[2] for row in found(batch, rule)]

    assert first == second != third


def test_both_sides_of_a_rule_agree_whatever_their_columns_are_called():
    left = found(people(("a", "LAN", 1, ["x", "y"])), [Keyed("rule", ("repairs", "place"))])
    right = found(people(("b", "y", 1, None)), [Keyed("rule", ("name", "place"))])

    assert left[1][2] == right[0][2]


def test_a_second_list_must_agree_as_a_whole():
    rule = [Keyed("rule", ("repairs", "more"))]
    batch = people(*(("a", None, None, ["x"]) for _ in range(3))).with_columns(
        more=pl.Series([["p", "q"], ["p", "q"], ["q"]])
    )
    first, second, third = [row[2] for row in found(batch, rule)]

    assert first == second != third


def test_rules_never_share_a_key():
    batch = people(*((f"{n}", name, 1, [name]) for n, name in enumerate("ABC")))
    rules = [Keyed(name, columns) for name, columns in product("12", [("name",), ("repairs",)])]
    by_rule = {}
    for _, rule, key in found(batch, [rules[0], rules[2]]):
        by_rule.setdefault(rule, set()).add(key)

    assert not by_rule[0] & by_rule[1]


def test_how_the_batches_fall_changes_nothing():
    batch = people(*((f"{n}", f"N{n % 7}", n % 3, [f"{n % 5}"]) for n in range(50)))
    cut = [row for part in batch.iter_slices(9) for row in found(part, BOTH)]

    assert sorted(cut) == sorted(found(batch, BOTH))


def test_nobody_gives_no_keys():
    assert found(people(), BOTH) == []
