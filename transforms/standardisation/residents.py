"""Residents: the population register in standard form, and the vocabulary it carries."""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transforms.columns import changed, digits, filled, labels
from transforms.schemas import NAME_TOKEN, RESIDENT, conform
from transforms.standardisation.contacts import places, sex, with_phone
from transforms.standardisation.dates import with_birth
from transforms.standardisation.names import with_name

# Tokens that fewer residents carry are as likely typing slips of the register itself.
TOKEN_MINIMUM = 2


def residents(rows: DataFrame, prefixes_2018: Mapping[str, str]) -> DataFrame:
    """One row per resident row, standardised; what was typed stays in full_name and so on."""
    read = (
        rows.withColumnRenamed("phone", "raw_phone")
        .transform(with_name, "full_name", {})
        .transform(with_birth, "date_of_birth")
        .transform(with_phone, "raw_phone", prefixes_2018)
    )
    standard = read.withColumns(
        {
            "id_number": digits(F.col("id_number")),
            "old_id_number": digits(F.col("old_id_number")),
            "sex": sex(F.col("sex")),
            **places(),
            "household_id": filled(F.col("household_id")),
            "life_status": F.lower(filled(F.col("life_status"))),
            "died_on": F.try_to_date(F.col("died_on"), "yyyy-MM-dd"),
            "changes": labels(
                changed("name", F.col("name") != F.col("full_name")),
                changed("name:damaged", F.col("name_decoding").isNotNull()),
                changed("phone", F.col("phone") != F.col("raw_phone")),
            ),
        }
    )
    return conform(standard, RESIDENT)


def name_tokens(residents: DataFrame) -> DataFrame:
    """How many residents carry each name token, by role: what names are made of here."""
    tokens = F.split("name", " ")
    role = (
        F.when(F.col("at") == 0, "surname")
        .when(F.col("at") == F.col("last"), "given")
        .otherwise("middle")
    )
    exploded = residents.where(F.col("name").isNotNull()).select(
        (F.size(tokens) - 1).alias("last"), F.posexplode(tokens).alias("at", "token")
    )
    counted = exploded.groupBy("token", role.alias("role")).agg(F.count("*").alias("residents"))
    return conform(counted, NAME_TOKEN)


def vocabulary(tokens: DataFrame) -> DataFrame:
    """(token, residents) of every token common enough to read damaged names against."""
    counted = tokens.groupBy("token").agg(F.sum("residents").alias("residents"))
    return counted.where(F.col("residents") >= TOKEN_MINIMUM).where(F.length("token") > 1)
