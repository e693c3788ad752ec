import pytest
from pyspark.sql import functions as F

from transforms.columns import INVISIBLE, SPACES, filled, padded

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


@pytest.mark.parametrize("width", [2, 3])
def test_a_code_has_its_zeros_whatever_a_spreadsheet_made_of_it(spark, width):
    typed = ["1", "1.0", " 1", "1\u00a0", "01", "1.00", "٣", "34567", "1.5", ".0", "", None]
    read_as = ["1", "1", "1", "1", "01", "1", "٣", "34567", "1.5", "", None, None]
    whole = [code if code is None else code.rjust(width, "0") for code in read_as]
    assert read(spark, lambda code: padded(code, width), *typed) == whole
