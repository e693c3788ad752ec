import datetime as dt

import pytest
from pyspark.sql import functions as F

from transforms.columns import INVISIBLE, SPACES, filled, filled_column, iso_day, padded

ODD = [*SPACES, *INVISIBLE, " ", "  "]


def read(spark, column, *texts):
    rows = spark.createDataFrame([(text,) for text in texts], "text string").coalesce(1)
    return [row[0] for row in rows.select(column(F.col("text"))).collect()]


def test_a_text_is_trimmed_of_every_blank_and_empty_is_missing(spark):
    cases = [
        ("Vero Cell", "Vero Cell"),
        (" Vero Cell ", "Vero Cell"),
        ("Vero\tCell\n", "Vero Cell"),
        ("vắc\u00a0xin", "vắc xin"),
        ("\u200bA\u200b", "A"),
        ("", None),
        (" \u00a0", None),
        (None, None),
        *((blank + "A" + blank, "A") for blank in ODD),
        *((blank, None) for blank in ODD),
    ]
    texts, expected = [text for text, _ in cases], [found for _, found in cases]
    assert read(spark, filled, *texts) == expected
    assert read(spark, lambda _: filled_column("text"), *texts) == expected


@pytest.mark.parametrize("width", [2, 3])
def test_a_code_has_its_zeros_whatever_a_spreadsheet_made_of_it(spark, width):
    typed = ["1", "1.0", " 1", "1\u00a0", "01", "1.00", "٣", "34567", "1.5", ".0", "", None]
    read_as = ["1", "1", "1", "1", "01", "1", "٣", "34567", "1.5", "", None, None]
    whole = [code if code is None else code.rjust(width, "0") for code in read_as]
    assert read(spark, lambda code: padded(code, width), *typed) == whole


def test_a_day_is_written_year_first_with_all_its_zeros(spark):
    days = {"2021-08-05": dt.date(2021, 8, 5), "2020-02-29": dt.date(2020, 2, 29)}
    none = [
        *("2021-02-29", "2021-13-01", "2021-08-00", "2021-8-5", "2021-08-5", "2021-08-5T"),
        *("2021-8--05", "2021-08--5", "+021-08-05", "-021-08-05", "12021-08-05", "2021-08-05T"),
        *("2021/08/05", "05/08/2021", "20210805", "202108", "2021-08", "2021-08-0a", "20a1-08-05"),
        *("2021-0٣-05", "2021-08-0٣", "2021-08-5 ", " 2021-08-5", "2021-08- 5", "2021-08-05 "),
        *("", None),
    ]
    texts = [*days, *none]
    found = read(spark, iso_day, *texts)
    assert found == [*days.values(), *[None] * len(none)]
    written = read(spark, lambda text: F.try_to_date(text, "yyyy-MM-dd"), *texts)
    assert found == written
