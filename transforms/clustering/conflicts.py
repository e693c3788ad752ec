"""What no likeness outweighs: between two profiles, and within what a chain has joined.

A and C may be at odds although each is like B, who says little; so a component is looked at as a
whole, and one that contradicts itself is taken apart into its profiles.
"""

from collections.abc import Sequence

import polars as pl

# A dose may be written down a day late; further apart the same dose number is another injection.
SAME_DOSE_DAYS = 1
HISTORY = ("dose_numbers", "injected_on")
OTHER = "_other"  # what the columns of a pair's second profile end in
NUMBER_LENGTHS = (12, 9)  # of either kind of number


def at_odds(pairs: pl.DataFrame) -> pl.Series:
    """Whether numbers, sexes, names with marks or dose histories exclude one person.

    Sister names of twins differ in marks alone, so marks decide unless the number is the same.
    """
    number, name = pl.col("number"), pl.col("name")
    toned = is_toned() & is_toned(OTHER)
    names_conflict = toned & differ(name, pl.col(f"name{OTHER}"))
    same_number = (number == pl.col(f"number{OTHER}")).fill_null(value=False)
    told = pairs.select(
        numbers_conflict(number, pl.col(f"number{OTHER}"))
        | differ(pl.col("sex"), pl.col(f"sex{OTHER}"))
        | (names_conflict & ~same_number)
    ).to_series()
    numbered = pairs.with_row_index("of")
    one = doses_of(numbered, "of", HISTORY)
    other = doses_of(numbered, "of", [f"{column}{OTHER}" for column in HISTORY])
    in_conflict = numbered["of"].is_in(contradicted(one, other).implode())
    return told | in_conflict


def differ(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether both values are there and differ; false where either is missing."""
    return (left != right).fill_null(value=False)


def numbers_conflict(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Two different numbers of one kind (12 digits or 9); one of each kind is no conflict."""
    return differ(left, right) & (left.str.len_chars() == right.str.len_chars())


def is_toned(side: str = "") -> pl.Expr:
    """Whether the name was written with any mark at all."""
    return differ(pl.col(f"name{side}"), pl.col(f"name_folded{side}"))


def doses_of(rows: pl.DataFrame, of: str, history: Sequence[str]) -> pl.DataFrame:
    """(of, number, day): a row for each dose of the lists `history`."""
    numbers, days = history
    listed = rows.select(of, number=pl.col(numbers), day=pl.col(days))
    return listed.explode("number", "day").drop_nulls()


def contradicted(one: pl.DataFrame, other: pl.DataFrame) -> pl.Series:
    """Of whom one dose number is told on two days, or a later dose on an earlier day; two names of
    one day pass.
    """
    met = one.join(other, on="of", suffix=OTHER)
    days = (pl.col("day") - pl.col(f"day{OTHER}")).dt.total_days()
    out_of_order = (pl.col("number") - pl.col(f"number{OTHER}")) * days <= 0
    return met.filter((days.abs() > SAME_DOSE_DAYS) & out_of_order)["of"].unique()


def guards(members: pl.DataFrame) -> pl.DataFrame:
    """`component` → `guard`: the first conflict found in it; only components that have one.

    `members` are the compared profiles, each with its component.
    """
    toned = pl.when(is_toned()).then("name")
    of_length = [
        pl.when(pl.col("number").str.len_chars() == n).then("number") for n in NUMBER_LENGTHS
    ]
    one_number_for_all = (pl.n_unique("number") == 1) & (pl.col("number").null_count() == 0)
    doses = doses_of(members.rename({"component": "of"}), "of", HISTORY)
    histories = pl.col("component").is_in(contradicted(doses, doses).implode())
    told = members.group_by("component").agg(
        numbers=pl.any_horizontal(two_values(number) for number in of_length),
        sexes=two_values(pl.col("sex")),
        names=two_values(toned) & ~one_number_for_all,
    )
    guard = (
        pl.when("numbers")
        .then(pl.lit("conflicting_numbers"))
        .when("sexes")
        .then(pl.lit("conflicting_sexes"))
        .when("names")
        .then(pl.lit("conflicting_names"))
        .when(histories)
        .then(pl.lit("conflicting_dose_histories"))
    )
    return told.select("component", guard=guard).drop_nulls()


def two_values(value: pl.Expr) -> pl.Expr:
    return differ(value.min(), value.max())
