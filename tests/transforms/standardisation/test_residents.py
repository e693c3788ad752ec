import polars as pl
import pytest

from transforms.columns import NOTHING
from transforms.schemas import RESIDENT_INPUT
from transforms.standardisation.residents import standard


def read(**typed):
    """The residents with these values in standard form; what is not given is null."""
    rows = pl.DataFrame(typed, schema=dict.fromkeys(typed, pl.String))
    others = [pl.lit(None, pl.String).alias(name) for name in RESIDENT_INPUT if name not in typed]
    return standard(rows.with_columns(others), {})


@pytest.mark.parametrize("word", NOTHING)
def test_a_cell_of_what_programs_write_for_nothing_says_nothing(word):
    told = read(**{name: [word] for name in RESIDENT_INPUT if name != "resident_id"})
    as_received = ("full_name", "date_of_birth", "raw_phone")
    assert {
        kept for kept in told.drop(as_received).row(0) if kept is not None and kept != []
    } == set()


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
