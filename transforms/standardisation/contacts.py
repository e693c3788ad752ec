"""Phones, places and sex: short codes with one spelling each."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import digits, filled, padded

PLACE_WIDTHS = {"province_code": 2, "district_code": 3, "commune_code": 5}


def with_phone(frame: DataFrame, raw: str, prefixes_2018: Mapping[str, str]) -> DataFrame:
    """Adds phone, read from column `raw`: ten digits from 0, prefixes of before 2018 renewed.

    Null for fillers and torsos.
    """
    figures, national, renewed = F.col("_figures"), F.col("_national"), F.col("_renewed")
    abroad = F.regexp_replace(figures, "^(00)?84", "0")
    short = F.when(F.length(figures) == 9, F.concat(F.lit("0"), figures)).otherwise(figures)
    table = F.create_map(*(F.lit(x) for pair in sorted(prefixes_2018.items()) for x in pair))
    prefix = F.try_element_at(table, F.substring(national, 1, 4))
    modern = F.when(F.length(national) == 11, F.concat(prefix, F.substring(national, 5, 7)))
    real = renewed.rlike("^0[1-9][0-9]{8,9}$") & ~renewed.rlike(r"^0([0-9])\1{7,}$")
    return (
        frame.withColumn("_figures", digits(F.col(raw)))
        .withColumn("_national", F.when(figures.rlike("^(00)?84[1-9]"), abroad).otherwise(short))
        .withColumn("_renewed", F.coalesce(modern, national))
        .withColumn("phone", F.when(real, renewed))
        .drop("_figures", "_national", "_renewed")
    )


def sex(raw: Column) -> Column:
    """M, F or null from Nam/Nữ, M/F, 1/2 and their spellings."""
    text = F.lower(filled(raw))
    return F.when(text.isin("m", "nam", "male", "1"), "M").when(
        text.isin("f", "nữ", "nu", "nữ", "female", "2", "0"), "F"
    )


def places() -> dict[str, Column]:
    """The three GSO codes with their leading zeros."""
    return {name: padded(F.col(name), width) for name, width in PLACE_WIDTHS.items()}
