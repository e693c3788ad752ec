from datetime import date

import polars as pl
import pytest

from transforms.columns import NOTHING
from transforms.schemas import RESIDENT, RESIDENT_INPUT
from transforms.standardisation.residents import standard


def read(**typed):
    """The residents with these values in standard form; what is not given is null."""
    rows = pl.DataFrame(typed, schema=dict.fromkeys(typed, pl.String))
    others = [pl.lit(None, pl.String).alias(name) for name in RESIDENT_INPUT if name not in typed]
    return standard(rows.with_columns(others), {})


@pytest.mark.parametrize("word", NOTHING)
def test_a_cell_of_what_programs_write_for_nothing_says_nothing(word):
    told = read(**{name: [word] for name in RESIDENT_INPUT if name != "resident_id"})
    found = told.select(RESIDENT.fieldNames()).drop("full_name", "date_of_birth").row(0)
    assert found == (None,) * (len(found) - 1) + ([],)


DAYS = [
    # typed, day, change
    ("2021-09-01", date(2021, 9, 1), []),
    ("2021-9-1", date(2021, 9, 1), []),
    ("2021-09-01 00:00:00", date(2021, 9, 1), []),
    ("2021-09-01T00:00:00", date(2021, 9, 1), []),
    (" 01/09/2021", date(2021, 9, 1), []),
    ("1.9.2021", date(2021, 9, 1), []),
    ("01/09/2021 07:30", date(2021, 9, 1), []),
    ("31/09/2021", None, ["died_on:unread"]),
    ("2021", None, ["died_on:unread"]),
    ("NaT", None, []),
    ("", None, []),
    (None, None, []),
]


def test_a_day_of_death_is_read_or_said_to_be_unread():
    found = read(died_on=[typed for typed, _, _ in DAYS]).select("died_on", "changes")
    assert found.rows() == [(day, change) for _, day, change in DAYS]


NUMBERS = {
    "id_number": [
        # typed, number, change
        ("079123456789", "079123456789", []),
        ("079 123 456 789", "079123456789", ["id_number"]),
        ("79123456789", "079123456789", ["id_number"]),
        ("79123456789.0", "079123456789", ["id_number"]),
        ("1085012345.0", "001085012345", ["id_number"]),
        ("7.91235E+10", None, ["id_number:unread"]),
        ("không có", None, ["id_number:unread"]),
        ("99923456789", "99923456789", []),
        ("01012345678", "01012345678", []),
        ("12", "12", []),
        ("271450001", "271450001", []),
        ("", None, []),
        (None, None, []),
    ],
    "old_id_number": [
        ("271450001", "271450001", []),
        ("271450001.0", "271450001", ["old_id_number"]),
        ("CMND 271450001", "271450001", ["old_id_number"]),
        ("12345670", "012345670", ["old_id_number"]),
        ("12345670.0", "012345670", ["old_id_number"]),
        ("2.7145E+08", None, ["old_id_number:unread"]),
        ("1234567", "1234567", []),
        (None, None, []),
    ],
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_of_the_register_is_what_it_was_before_a_spreadsheet(name):
    cases = NUMBERS[name]
    found = read(**{name: [typed for typed, _, _ in cases]}).select(name, "changes")
    assert found.rows() == [(number, change) for _, number, change in cases]
