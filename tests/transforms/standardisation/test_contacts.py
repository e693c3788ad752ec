import polars as pl

from transforms.standardisation.contacts import with_phone, with_places, with_sex

PREFIXES = {"0123": "083", "0168": "038"}


def test_phones_are_ten_digits_or_a_landlines_eleven_with_the_prefixes_of_2018():
    cases = [
        ("0912345678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("84 912 345 678", "0912345678"),
        ("912345678", "0912345678"),
        ("840511854", "0840511854"),
        ("849123456", "0849123456"),
        ("912345678.0", "0912345678"),
        ("84912345678.0", "0912345678"),
        ("+84 (0)912 345 678", "0912345678"),
        ("0084 (0) 912345678", "0912345678"),
        ("0912.345.000", "0912345000"),
        ("024 3825 1234", "02438251234"),
        ("+84 (0)24 3825 1234", "02438251234"),
        ("091234567890", None),
        ("09123456789", None),
        ("01301234567", None),
        ("01231234567", "0831234567"),
        ("0168.123.4567", "0381234567"),
        ("0000000000", None),
        ("09999999999", None),
        ("0999999999", None),
        ("999999999", None),
        ("0222222222", None),
        ("0912", None),
        ("", None),
        (None, None),
    ]
    typed = pl.DataFrame({"typed": [raw for raw, _ in cases]})
    found = with_phone(typed, "typed", PREFIXES)["phone"]
    assert found.to_list() == [expected for _, expected in cases]


def test_a_place_has_its_zeros_whatever_a_spreadsheet_made_of_it():
    typed = pl.DataFrame(
        {
            "province_code": ["1", "1.0", "01", " 1.0 ", "79", "", None],
            "district_code": ["1", "1.0", "001", "1.00", "760", "", None],
            "commune_code": ["271", "271.0", "00271", " 271", "26734", "", None],
        }
    )
    found = with_places(typed)
    assert found["province_code"].to_list() == ["01"] * 4 + ["79", None, None]
    assert found["district_code"].to_list() == ["001"] * 4 + ["760", None, None]
    assert found["commune_code"].to_list() == ["00271"] * 4 + ["26734", None, None]


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
    found = with_sex(typed, "typed")["sex"]
    assert found.to_list() == [expected for _, expected in cases]
