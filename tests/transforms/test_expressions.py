"""What kernels read, Spark would read too."""

import datetime as dt

import polars as pl
from pyspark.sql import functions as F

from transforms.expressions import iso_day
from transforms.ingestion import is_iso_date


def test_a_day_is_whatever_ingest_takes_for_one(spark):
    august = dt.date(2021, 8, 5)
    days = {
        **dict.fromkeys(("2021-08-05", "2021-8-5", "2021-08-5", "2021-8-05", "2021-8-5 "), august),
        **dict.fromkeys(("2021-08-05T", "2021-08-05T08:30:00+07:00", "2021-8-5 23:59"), august),
        "2020-02-29": dt.date(2020, 2, 29),
    }
    none = [
        *("2021-02-29", "2021-13-01", "2021-08-00", "2021-08-32", "2021-08-5x", "2021-0008-05"),
        *("2021-8--05", "2021-08--5", "+021-08-05", "-021-08-05", "12021-08-05", "021-08-05"),
        *("2021/08/05", "05/08/2021", "20210805", "202108", "2021-08", "2021-08-0a", "20a1-08-05"),
        *("2021-0٣-05", "2021-08-0٣", " 2021-08-5", "2021-08- 5", "2021-08-05_"),
        *("", None),
    ]
    texts = [*days, *none]
    frame = pl.DataFrame({"text": texts})
    found = frame.select(iso_day(pl.col("text"))).to_series().to_list()
    assert found == [*days.values(), *[None] * len(none)]
    rows = spark.createDataFrame([(text,) for text in texts], "injected_on string").coalesce(1)
    taken = F.when(is_iso_date(), F.try_to_date("injected_on"))
    assert found == [row[0] for row in rows.select(taken).collect()]
