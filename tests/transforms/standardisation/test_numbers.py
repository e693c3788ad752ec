from pyspark.sql import functions as F

from transforms.standardisation.numbers import number_says, with_number

CASES = [
    # typed, kind, number, digits of something malformed
    ("001085012345", "cccd", "001085012345", None),
    ("'001085012345", "cccd", "001085012345", None),
    ("001 085 012 345", "cccd", "001085012345", None),
    ("001.085.012.345", "cccd", "001085012345", None),
    ("00l085OI2345", "cccd", "001085012345", None),
    ("271450001.0", "cmnd", "271450001", None),
    ("271450001", "cmnd", "271450001", None),
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


def test_numbers_are_told_apart(spark):
    typed = spark.createDataFrame([(row[0],) for row in CASES], "typed string")
    read = typed.transform(with_number, "typed")
    found = [(r.typed, r.number_kind, r.number, r.number_digits) for r in read.collect()]
    assert found == CASES


def test_repairs_are_candidates_for_lost_zeros_and_doubled_digits(spark):
    typed = spark.createDataFrame(
        [("1085012345 ",), ("11085012345",), ("0010850123455",)], "t string"
    )
    repairs = [row.number_repairs for row in typed.transform(with_number, "t").collect()]
    assert repairs[0] == []
    assert repairs[1] == ["011085012345"]
    assert "001085012345" in repairs[2]
    assert all(len(repair) == 12 for repair in repairs[2])


def test_a_number_says_sex_and_birth_year(spark):
    rows = [
        ("001085012345", "M", 1985, True),
        ("001185012345", "F", 1985, True),
        ("001185012345", "M", 1985, False),
        ("001085012345", "M", 1986, False),
        ("001308012345", "F", 2008, True),
        ("012345678", "M", 1985, None),
    ]
    frame = spark.createDataFrame(rows, "number string, sex string, year int, says boolean")
    said = frame.select(number_says(F.col("number"), F.col("sex"), F.col("year")).alias("s"))
    assert [row.s for row in said.collect()] == [row[3] for row in rows]
