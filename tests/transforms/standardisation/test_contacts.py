import polars as pl

from transforms.standardisation.contacts import phone, sex

PREFIXES = {"0123": "083", "0168": "038"}


def test_phones_are_ten_digits_with_the_prefixes_of_2018():
    cases = [
        ("0912345678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("84 912 345 678", "0912345678"),
        ("912345678", "0912345678"),
        ("01231234567", "0831234567"),
        ("0168.123.4567", "0381234567"),
        ("0000000000", None),
        ("0912", None),
        ("", None),
        (None, None),
    ]
    typed = pl.DataFrame({"typed": [raw for raw, _ in cases]})
    found = typed.select(phone(pl.col("typed"), PREFIXES)).to_series()
    assert found.to_list() == [expected for _, expected in cases]


def test_sex_is_read_in_every_spelling():
    cases = [
        ("Nam", "M"),
        ("nam", "M"),
        ("Nữ", "F"),
        ("NỮ", "F"),
        ("nu", "F"),
        ("", None),
        (None, None),
    ]
    typed = pl.DataFrame({"typed": [raw for raw, _ in cases]})
    found = typed.select(sex(pl.col("typed"))).to_series()
    assert found.to_list() == [expected for _, expected in cases]
