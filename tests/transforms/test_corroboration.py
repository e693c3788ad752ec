"""What is enough for a link, told by cases that a careful clerk would decide alike."""

from itertools import product

import polars as pl
import pytest

from transforms.corroboration import is_corroborated
from transforms.name_comparison import NAME_LEVELS
from transforms.scoring.comparisons import BIRTH_LEVELS, HISTORY_LEVELS, NUMBER_LEVELS

COMPARED = ("name_level", "birth_level", "number_level", "history_level")
EVERYTHING = list(product(NAME_LEVELS, BIRTH_LEVELS, NUMBER_LEVELS, HISTORY_LEVELS))


def corroborated(*cases):
    frame = pl.DataFrame(list(cases), schema=dict.fromkeys(COMPARED, pl.String), orient="row")
    return frame.select(is_corroborated()).to_series().to_list()


@pytest.mark.parametrize(
    ("name", "birth", "number", "history", "enough"),
    [
        # His name, and the date he was born on, or a slip of it.
        ("exact", "exact", "absent", "free", True),
        ("unmarked", "one_digit", "unknown", "free", True),
        ("exact", "year_only", "household", "complement", True),
        # His name alone: there are namesakes.
        ("exact", "different", "absent", "free", False),
        ("exact", "different", "unknown", "free", False),
        ("exact", "household", "absent", "free", False),
        # His name and number: the date was copied, or mistyped altogether.
        ("exact", "household", "equal", "free", True),
        ("exact", "different", "near", "free", True),
        # The number of a relative whose name is another.
        ("surname_only", "different", "equal", "free", False),
        ("surname_only", "exact", "equal", "free", True),
        # Brothers and sisters.
        ("surname_given", "exact", "absent", "free", True),
        ("surname_given", "exact", "absent", "repeat", False),
        ("near_name", "same_year", "absent", "free", False),
        # Somebody else's name, over his number and birth date.
        ("household_name", "exact", "equal", "free", True),
        ("different", "exact", "slip", "complement", True),
        ("household_name", "exact", "equal", "repeat", False),
        ("different", "exact", "equal", "conflict", False),
        ("household_name", "one_digit", "equal", "free", False),
        ("household_name", "exact", "near", "free", False),
        ("different", "exact", "neighbour", "free", False),
        # Not quite his number, and the year that it tells: hundreds of his age are numbered alike.
        ("different", "year_only", "slip", "free", False),
        ("given_only", "same_year", "near", "free", False),
        ("different", "year_only", "equal", "free", True),
        ("surname_only", "year_only", "near", "free", True),
        ("unmarked", "same_year", "near", "free", True),
        # A number like one of his own that is another: issued anew, or a namesake's.
        ("exact", "exact", "another", "free", True),
        ("one_mark", "exact", "another", "complement", True),
        ("exact", "one_digit", "another", "free", False),
        ("surname_given", "exact", "another", "free", False),
        ("exact", "exact", "another", "repeat", False),
        ("exact", "exact", "another_province", "free", False),
        # A dose of his entered twice, once with a slip.
        ("exact", "exact", "absent", "repeat", True),
        ("exact", "different", "equal", "repeat", True),
        ("exact", "one_digit", "absent", "repeat", False),
    ],
)
def test_what_is_enough(name, birth, number, history, enough):
    assert corroborated((name, birth, number, history)) == [enough]


def test_better_evidence_is_never_less():
    """Whoever is corroborated stays so under his own name, birth date, number or free history."""
    answers = dict(zip(EVERYTHING, corroborated(*EVERYTHING), strict=True))
    best = ("exact", "exact", "equal", "free")
    for case, enough in answers.items():
        if enough:
            for at, own in enumerate(best):
                assert answers[(*case[:at], own, *case[at + 1 :])], (case, own)
    assert 0 < sum(answers.values()) < len(answers)


def test_a_number_that_is_not_quite_his_adds_nothing_to_the_year_alone():
    """Of whoever has not had these doses: he is decided about as if he had given no number."""
    years = list(product(NAME_LEVELS, ("year_only", "same_year")))

    def answers(number):
        return corroborated(*((*case, number, "free") for case in years))

    assert answers("slip") == answers("near") == answers("absent")
    assert answers("equal") != answers("absent")
