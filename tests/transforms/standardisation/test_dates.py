import polars as pl

from transforms.standardisation.dates import with_birth

CASES = [
    # typed, date, year, month, precision
    ("07/03/1985", "1985-03-07", 1985, 3, "day"),
    ("7/3/1985", "1985-03-07", 1985, 3, "day"),
    ("1985-03-07", "1985-03-07", 1985, 3, "day"),
    ("1985-03-07 00:00:00", "1985-03-07", 1985, 3, "day"),
    ("1985-03-07T07:00:00", "1985-03-07", 1985, 3, "day"),
    ("07.03.1985", "1985-03-07", 1985, 3, "day"),
    ("07031985", "1985-03-07", 1985, 3, "day"),
    ("7/3/85", "1985-03-07", 1985, 3, "day"),
    ("7/3/15", "2015-03-07", 2015, 3, "day"),
    ("31113", "1985-03-07", 1985, 3, "day"),
    ("03/25/1985", "1985-03-25", 1985, 3, "day"),
    ("07/03/1985\u00a0", "1985-03-07", 1985, 3, "day"),
    ("\t07/03/1985", "1985-03-07", 1985, 3, "day"),
    ("07 / 03 / 1985", "1985-03-07", 1985, 3, "day"),
    ("7 /3/ 85", "1985-03-07", 1985, 3, "day"),
    ("07 03 1985", "1985-03-07", 1985, 3, "day"),
    ("1985 - 03 - 07", "1985-03-07", 1985, 3, "day"),
    ("1985 - 03 - 07 00:00:00", "1985-03-07", 1985, 3, "day"),
    ("07/03/1985 - 10:30", "1985-03-07", 1985, 3, "day"),
    ("07/03/1985 10:30", "1985-03-07", 1985, 3, "day"),
    ("07/03/1985 (âm lịch)", "1985-03-07", 1985, 3, "day"),
    ("31113.0", "1985-03-07", 1985, 3, "day"),
    ("03 / 1985", None, 1985, 3, "month"),
    ("1985.0", None, 1985, None, "year"),
    ("1985 00:00:00", None, 1985, None, "year"),
    ("nan", None, None, None, None),
    ("1985", None, 1985, None, "year"),
    ("00/00/1985", None, 1985, None, "year"),
    ("--/--/1985", None, 1985, None, "year"),
    ("__/__/1985", None, 1985, None, "year"),
    ("-- / -- / 1985", None, 1985, None, "year"),
    ("  /03/1985", None, 1985, 3, "month"),
    ("??/03/1985", None, 1985, 3, "month"),
    ("01/01/1985", "1985-01-01", 1985, 1, "year"),
    ("03/1985", None, 1985, 3, "month"),
    ("30/02/1985", None, 1985, 2, "month"),
    ("31/04/1985", None, 1985, 4, "month"),
    ("01/01/1900", None, None, None, None),
    ("30/12/1899", None, None, None, None),
    ("không rõ", None, None, None, None),
    ("", None, None, None, None),
    (None, None, None, None, None),
]


def test_dates_are_read_with_the_precision_they_have():
    read = pl.DataFrame({"typed": [row[0] for row in CASES]}).pipe(with_birth, "typed")
    found = read.with_columns(pl.col("birth_date").dt.to_string("iso"))
    assert found.rows() == CASES
