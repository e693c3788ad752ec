from pyspark.sql import functions as F

from transforms.standardisation.contacts import sex, with_phone

PREFIXES = {"0123": "083", "0168": "038"}


def test_phones_are_ten_digits_with_the_prefixes_of_2018(spark):
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
    frame = spark.createDataFrame(cases, "typed string, expected string")
    found = with_phone(frame, "typed", PREFIXES).collect()
    assert [row.phone for row in found] == [expected for _, expected in cases]


def test_sex_is_read_in_every_spelling(spark):
    cases = [
        ("Nam", "M"),
        ("nam", "M"),
        ("Nữ", "F"),
        ("NỮ", "F"),
        ("nu", "F"),
        ("", None),
        (None, None),
    ]
    frame = spark.createDataFrame(cases, "typed string, expected string")
    found = frame.select(sex(F.col("typed")).alias("sex")).collect()
    assert [row.sex for row in found] == [expected for _, expected in cases]
