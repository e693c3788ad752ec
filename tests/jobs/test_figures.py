"""Figures on the terminal."""

import pytest

from jobs.figures import tell


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (True, "yes"),
        (1_200, "1,200"),
        (0.5, "0.5"),
        (3.0, "3"),
        (0.99976, "0.9998"),
        (1_234.56789, "1,234.5679"),
        (100.0, "100"),
    ],
)
def test_a_figure_has_no_more_decimals_than_it_needs_and_four_at_most(capsys, value, told):
    tell({"minutes in all": value})

    assert capsys.readouterr().out.split() == ["minutes", "in", "all", told]
