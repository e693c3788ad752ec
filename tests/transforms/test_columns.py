import polars as pl
import pytest
from pyspark.sql import functions as F

from transforms import expressions
from transforms.columns import INVISIBLE, NOTHING, SPACES, filled, given, padded

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


def test_a_cell_of_what_programs_write_for_nothing_is_missing_to_spark_and_kernels(spark):
    words = ["", "Na", "Nan", "nan nan", "Phạm Thị Nan", "0", None]
    texts = [*NOTHING, *(f"\u00a0{word} " for word in NOTHING), *words]
    expected = [None] * (2 * len(NOTHING) + 1) + words[1:]
    assert read(spark, given, *texts) == expected
    frame = pl.DataFrame({"text": texts})
    assert frame.select(expressions.filled(pl.col("text")))["text"].to_list() == expected


@pytest.mark.parametrize("width", [2, 3])
def test_a_code_has_its_zeros_whatever_a_spreadsheet_made_of_it(spark, width):
    typed = ["1", "1.0", " 1", "1\u00a0", "01", "1.00", "٣", "34567", "1.5", ".0", "", None]
    read_as = ["1", "1", "1", "1", "01", "1", "٣", "34567", "1.5", "", None, None]
    whole = [code if code is None else code.rjust(width, "0") for code in read_as]
    assert read(spark, lambda code: padded(code, width), *typed) == whole
