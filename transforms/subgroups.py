"""Who could be served worse than others: one vocabulary of subgroups for every measure."""

from pyspark.sql import Column
from pyspark.sql import functions as F

# The state of April 2022, for which ages are told.
AS_OF_YEAR = 2022
AGE_BANDS = ((12, "0-11"), (18, "12-17"), (30, "18-29"), (50, "30-49"), (65, "50-64"))
# About nine in ten Kinh carry one of these (folded; regional pairs such as Vũ/Võ both stand here).
COMMON_SURNAMES = (
    *("NGUYEN", "TRAN", "LE", "PHAM", "HOANG", "HUYNH", "PHAN", "VU", "VO", "DANG", "BUI", "DO"),
    *("HO", "NGO", "DUONG", "LY"),
)
# Surnames of the Tày, Nùng, Thái, Hmông, Khmer, Chăm and highland peoples that few Kinh share.
MINORITY_SURNAMES = (
    *("BE", "CA", "CAM", "CHAMALEA", "DANH", "DEO", "DIEU", "EBAN", "GIANG", "H", "HMOK", "KPA"),
    *("KSOR", "LO", "LUC", "MA", "MUA", "NAY", "NIE", "NONG", "QUANG", "RCHAM", "RMAH", "ROCHAM"),
    *("ROCOM", "SAM", "SIU", "SUNG", "THACH", "THAO", "TONG", "TRIEU", "VANG", "VI", "Y"),
)
# No Vietnamese syllable has these letters, these beginnings or eight letters.
FOREIGN_SPELLING = r"[FJWZ'-]|(^| )(K[BCDLPRS]|[HR][BCDLMR]|S[LR]|BR|CH[LR])|[A-Z]{8}"
# Between surname and given name: Giàng A Pháo, Niê H Blon, Y Krông.
MIDDLE_LETTER = r" (A|H|Y) "


def age_band() -> Column:
    """Age in years in 2022, from `birth_year`."""
    age = AS_OF_YEAR - F.col("birth_year")
    band = F.when(age >= AGE_BANDS[-1][0], F.lit("65+"))
    for below, name in reversed(AGE_BANDS):
        band = F.when(age < below, F.lit(name)).otherwise(band)
    return band


def name_group() -> Column:
    """As far as the name tells, from `name_folded` and `surname_folded`.

    `minority shape` misses every member of a minority with a Kinh name, and there are many.
    """
    name, surname = F.col("name_folded"), F.col("surname_folded")
    shape = name.rlike(FOREIGN_SPELLING) | name.rlike(MIDDLE_LETTER)
    return (
        F.when(surname.isin(*MINORITY_SURNAMES) | shape, "minority shape")
        .when(surname == "NGUYEN", "Nguyễn")
        .when(surname.isin(*COMMON_SURNAMES), "common surname")
        .when(surname.isNotNull(), "rare surname")
    )
