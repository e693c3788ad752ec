"""Corroboration: how much of name, birth date and number must be the resident's own for a link.

Weights add up as if a slip in one field had nothing to do with one in another. Wrong links that
this lets through have one cause behind several fields: a family's rows stand under one another,
and somebody's name, date or number was copied along; or two people have much in common.
"""

from collections.abc import Mapping

import polars as pl

WHOLE, PART, NOTHING = 2, 1, 0
NAME = {
    **dict.fromkeys(("household_name", "different"), NOTHING),
    **dict.fromkeys(("near_name", "surname_given", "given_only", "surname_only"), PART),
    "missing": PART,
}  # all others are the resident's, in some spelling
BIRTH = {
    **dict.fromkeys(("household", "different"), NOTHING),
    **dict.fromkeys(("exact", "year_only", "month_only"), WHOLE),
}  # in all others there is a slip
NUMBER = {
    **dict.fromkeys(("equal", "slip", "near"), PART),
    # Somebody's whole number, of the sex and year told, and not the resident's.
    "another": -PART,
    "another_province": -WHOLE,
}
OWN_NUMBER = ("equal", "slip")  # not what is left of one
# Not quite his number, which tells the year of birth: where no more of the date agrees, it is told
# twice. (A number of nine digits tells none; by its level it cannot be told from the others.)
LIKE_HIS, OF_THE_YEAR = ("slip", "near"), ("year_only", "same_year")
# The resident has doses of these numbers by rows that are certainly his.
TAKEN = ("repeat", "conflict")
ENOUGH = 3


def is_corroborated() -> pl.Expr:
    """Whether a candidate's levels speak of one person.

    Name and birth date count for 2 where they are the resident's and for 1 where they may be, his
    number for 1, and against him a number that reads like one of his own and is another; 3 are
    enough. A number that is not quite his adds nothing to the year of birth alone. Unless both name
    and number are his, doses that he has had already take 1 away. Somebody else's name is never
    enough without his very number.
    """
    name, birth = _worth("name", NAME, WHOLE), _worth("birth", BIRTH, PART)
    number = _worth("number", NUMBER, NOTHING)
    is_his = (name == WHOLE) & (number == PART)
    told_twice = pl.col("number_level").is_in(LIKE_HIS) & pl.col("birth_level").is_in(OF_THE_YEAR)
    taken = pl.col("history_level").is_in(TAKEN) & ~is_his
    borrowed = (name == NOTHING) & ~pl.col("number_level").is_in(OWN_NUMBER)
    less = told_twice.cast(pl.Int8) + taken.cast(pl.Int8)
    return (name + birth + number - less >= ENOUGH) & ~borrowed


def _worth(comparison: str, of_level: Mapping[str, int], otherwise: int) -> pl.Expr:
    level = pl.col(f"{comparison}_level")
    return level.replace_strict(of_level, default=otherwise, return_dtype=pl.Int8)
