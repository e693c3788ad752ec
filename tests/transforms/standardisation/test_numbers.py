import polars as pl

from transforms.standardisation.numbers import with_number

CASES = [
    # typed, kind, number, digits of something malformed
    ("001085012345", "cccd", "001085012345", None),
    ("'001085012345", "cccd", "001085012345", None),
    ("001 085 012 345", "cccd", "001085012345", None),
    ("001.085.012.345", "cccd", "001085012345", None),
    ("00l085OI2345", "cccd", "001085012345", None),
    ("271450001.0", "cmnd", "271450001", None),
    ("271450001", "cmnd", "271450001", None),
    ("001.085.012.000", "cccd", "001085012000", None),
    ("CMND 312345678", "cmnd", "312345678", None),
    ("cmnd312345678", "cmnd", "312345678", None),
    ("CMT ND. 312345678", "cmnd", "312345678", None),
    ("CCCD: 079185001234", "cccd", "079185001234", None),
    ("Số CCCD: 07918500I234", "cccd", "079185001234", None),
    ("so 079185001234", "cccd", "079185001234", None),
    ("Số: O79185001234", "cccd", "079185001234", None),
    ("ID079185001234", "cccd", "079185001234", None),
    ("ĐDCN O79185001234", "cccd", "079185001234", None),
    ("079185001234 (của mẹ)", "cccd", "079185001234", None),
    ("07918500123O", "cccd", "079185001230", None),
    ("O79l85OO|234", "cccd", "079185001234", None),
    ("CMND: 12345670", "malformed", None, "12345670"),
    ("SĐT 0912345678", "phone", None, "0912345678"),
    ("Hộ chiếu: B1234567", "passport", None, None),
    ("AB 1234567", "passport", None, None),
    ("TE 1010123456789", "insurance", None, None),
    ("1085012345", "malformed", None, "1085012345"),
    ("11085012345", "malformed", None, "11085012345"),
    ("3.30850E+10", "scientific", None, "0330850"),
    ("3,3085E+10", "scientific", None, "033085"),
    ("0912345678", "phone", None, "0912345678"),
    ("TE1010123456789", "insurance", None, None),
    ("B1234567", "passport", None, None),
    ("000000000", "filler", None, None),
    ("123456789", "filler", None, None),
    ("không có", "missing", None, None),
    ("0", "missing", None, None),
    ("", "missing", None, None),
    (None, "missing", None, None),
]


def test_numbers_are_told_apart():
    read = pl.DataFrame({"typed": [row[0] for row in CASES]}).pipe(with_number, "typed")
    found = read.select("typed", "number_kind", "number", "number_digits").rows()
    assert found == CASES


def test_repairs_are_candidates_for_lost_zeros_and_doubled_digits():
    typed = pl.DataFrame({"typed": ["1085012345 ", "11085012345", "0010850123455"]})
    repairs = with_number(typed, "typed")["number_repairs"].to_list()
    assert repairs[0] == []
    assert repairs[1] == ["011085012345"]
    assert "001085012345" in repairs[2]
    assert all(len(repair) == 12 for repair in repairs[2])
