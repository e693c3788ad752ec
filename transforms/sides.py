"""Correct: which of the two registers a correction asks to change."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F


def with_side(df: DataFrame, confirmed: DataFrame, witnesses: int) -> DataFrame:
    """`side` is `population` where profiles of several facilities contradict the register alike.

    A resident whom some other dose row confirms in every field is not doubted.
    """
    # Cases without a resident stand alone: they must not meet in one partition of null.
    subject = F.coalesce("resident_id", F.col("profile_id").cast("string"))
    facility = F.col("profile.facility_code")
    heard = F.transform("claims", lambda claim: F.struct(claim.alias("claim"), facility.alias("f")))
    everyone = F.flatten(F.collect_list(heard).over(Window.partitionBy("subject")))

    def widely_told(claim: Column) -> Column:
        alike = F.filter("heard", lambda h: (h["claim"] == claim) & h["f"].isNotNull())
        return F.size(F.array_distinct(F.transform(alike, lambda h: h["f"]))) >= witnesses

    claimed = df.withColumns({"claims": claims(), "subject": subject})
    doubted = claimed.withColumn("heard", everyone).withColumn(
        "doubted", F.exists("claims", widely_told)
    )
    sure = confirmed.select("resident_id", F.col("resident_id").alias("confirmed"))  # distinct
    population = F.col("doubted") & F.col("confirmed").isNull()
    return doubted.join(sure, on="resident_id", how="left").withColumn(
        "side", F.when(population, "population").otherwise("platform")
    )


def fits_its_profile() -> Column:
    """Whether a citizen number's century, sex and year are the profile's; unknown ones fit.

    The fourth digit is twice the centuries since 1900, one more for women; the year's last two
    digits follow (circular 07/2016/TT-BCA, article 7).
    """
    year, number = F.col("profile.birth_year"), F.col("profile.number")
    centuries = F.floor((year - 1900) / 100).cast("int")
    sex_and_century = centuries * 2 + F.when(F.col("profile.sex") == "F", 1).otherwise(0)
    sex = F.substring(number, 4, 1) == sex_and_century.cast("string")
    born = F.substring(number, 5, 2) == F.lpad((year % 100).cast("string"), 2, "0")
    stated = year.isNotNull() & F.col("profile.sex").isNotNull()
    return (year.isNull() | born) & (~stated | sex)


def claims() -> Column:
    """What a profile says against the register, as `field=value`, where it can be believed.

    Left out: lost tones and damaged text, dates without a day, and numbers that are old, belong to
    somebody else or are of another sex or birth year than the profile itself (a row dragged down);
    two facilities agree on those without the register being wrong.
    """
    toneless = F.col("profile.name") == F.col("profile.name_folded")
    only_tones_lost = toneless & (F.col("profile.name_folded") == F.col("resident.name_folded"))
    legible = F.col("profile.name_decoding").isNull() & ~only_tones_lost
    unowned = (F.col("profile.number_kind") == "cccd") & F.col("number_owner").isNull()
    whole_date = F.col("profile.birth_precision") == "day"
    values = {
        "id_number": F.when(unowned & fits_its_profile(), F.col("profile.number")),
        "full_name": F.when(legible, F.col("profile.name")),
        "date_of_birth": F.when(whole_date, F.col("profile.birth_date").cast("string")),
        "sex": F.col("profile.sex"),
    }
    known = F.col("resident_id").isNotNull()
    told = [
        F.when(known & F.array_contains("wrong_fields", field), F.concat(F.lit(f"{field}="), value))
        for field, value in values.items()
    ]
    return F.array_compact(F.array(*told))
