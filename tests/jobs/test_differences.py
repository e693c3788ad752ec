"""What a clerk's eye falls on: the letters that differ, nothing where texts say the same."""

import pytest

from jobs.lists.differences import alike, difference


@pytest.mark.parametrize(
    ("recorded", "proposed", "marked"),
    [
        ("001085000112", "001085000111", "1"),
        ("001085000112", "001058000112", "58"),
        ("11/05/1998", "01/05/1998", "0"),
        ("NGUYỄN THỊ HOÀ", "Nguyễn Thị Hoa", "a"),
        ("Nguyễn Hoà", "Nguyễn Thị Hoà", "Thị "),
        ("091210140665", "079187148508", None),
        ("Nguyễn Văn Hùng", "Trần Thị Thuỳ Dương", None),
        ("", "Nữ", None),
        ("Nữ", "Nữ", None),
    ],
)
def test_the_part_that_differs_is_marked_where_most_agrees(recorded, proposed, marked):
    found = difference(recorded, proposed)
    assert (proposed[slice(*found)] if found else None) == marked


def test_capitals_blanks_and_zeros_of_a_day_make_no_difference():
    assert alike("TRẦN  AN TÀI", "Trần An Tài")
    assert alike("7/3/1985", "07/03/1985")
    assert not alike("Trần An Tài", "Trần An Tai")
    assert not alike("", "Nữ")
