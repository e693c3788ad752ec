"""Publish: which correction goes into which commune's file, in which order, and do sums agree."""

from collections.abc import Callable, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.publication_rules import Publication
from transforms.vietnamese import FOLDS

UNKNOWN = "khong-ro"
# Every dose row of these dispositions stands in exactly one list; a finding is one more row about
# a dose that is counted elsewhere.
CORRECTABLE = ("wrong", "recovered", "review", "duplicate")
FINDING = "finding"
LEVELS = ("province", "district", "commune")
DIGITS = 6  # that a number in a name has at most


def slug(name: Column) -> Column:
    """A name as part of a file name: `Xã Tân Thành` → `xa-tan-thanh`."""
    letters = F.translate(F.upper(name), "".join(FOLDS), "".join(FOLDS.values()))
    hyphened = F.regexp_replace(F.lower(letters), "[^a-z0-9]+", "-")
    return F.trim(hyphened, F.lit("-"))


def listed(corrections: DataFrame, units: DataFrame, rules: Publication) -> DataFrame:
    """Every correction with the one `list` it belongs to, its part and its row number there.

    Rows of one hamlet, then household, then person, stand together; people of whom it is not known
    who they are, by given name. The order is total.
    """
    order = Window.partitionBy("list").orderBy(
        "sheet",
        in_order("hamlet"),
        "hamlet",
        "household_id",
        "called",
        "person_id",
        "current_full_name",
        "profile_id",
        "correction_id",
    )
    return (
        corrections.transform(with_names, units)
        .withColumns({"list": list_path(), "list_id": list_id(), "sheet": sheet()})
        .repartition(rules.tasks, "list")
        .withColumn("called", called())
        .withColumn("row", F.row_number().over(order))
        .withColumn("part", F.floor((F.col("row") - 1) / rules.rows_per_file).cast("int") + 1)
    )


def in_order(name: str) -> Column:
    """A name as people sort it: without marks, and with 2 before 10."""
    padded = F.regexp_replace(slug(F.col(name)), r"(\d+)", f"{'0' * DIGITS}$1")
    return F.regexp_replace(padded, rf"0*(\d{{{DIGITS}}})(?!\d)", "$1")


def called() -> Column:
    """The given name, then the whole name that somebody unknown stands by; null for others."""
    words = F.split(slug(F.col("current_full_name")), "-")
    by_name = F.concat_ws(" ", F.element_at(words, -1), "current_full_name")
    unknown = F.when(F.col("sheet") == "review", by_name)
    return F.min(unknown).over(Window.partitionBy("list", "sheet", "person_id"))


def with_names(df: DataFrame, units: DataFrame, levels: tuple[str, ...] = LEVELS) -> DataFrame:
    """Each row with the names of its province, district and commune; null where not known."""
    named = (
        units.select(f"{level}_code", F.col(level).alias(f"{level}_name")).distinct()
        for level in levels  # one name per code
    )
    return reduce(
        lambda left, right: left.join(F.broadcast(right), on=right.columns[0], how="left"),
        named,
        df,
    )


def list_path(levels: tuple[str, ...] = LEVELS) -> Column:
    """`<province>/<district>/<commune>` by code and slug; `khong-ro` for a level not known."""
    parts = [
        F.concat(F.col(f"{level}_code"), F.lit("-"), slug(F.col(f"{level}_name")))
        for level in levels
    ]
    return F.concat_ws("/", *(F.coalesce(part, F.lit(UNKNOWN)) for part in parts))


def list_id() -> Column:
    """The name of a place's list, the same in every publication: 38-394-15856, x where unknown."""
    return F.concat_ws("-", *(F.coalesce(f"{level}_code", F.lit("x")) for level in LEVELS))


def sheet() -> Column:
    """The one sheet that a correction stands on."""
    return (
        F.when(F.col("case_class") == "d", "doses")
        .when(F.col("side") == "population", "population")
        .when(F.col("disposition") == "review", "review")
        .otherwise("platform")
    )


def with_answers(corrections: DataFrame, standing: DataFrame) -> DataFrame:
    """The rows with the answers they already have (`answered`, each by its `correction_id`)."""
    told = F.struct(
        "correction_id", "answer", "corrected_value", "note", "answers", "in_conflict"
    ).alias("told")
    known = standing.select("profile_id", told)
    answered = known.groupBy("profile_id").agg(F.collect_list("told").alias("answered"))
    return corrections.join(answered, on="profile_id", how="left")  # one row per profile


def minutes(rules: Publication) -> Column:
    """How long a clerk needs for a row, about."""
    by_sheet, told = sheet(), F.lit(0.0)
    for name, estimate in rules.minutes.items():
        is_it = (by_sheet == name) | ((by_sheet == "platform") & (F.col("evidence_grade") == name))
        told = F.when(is_it, F.lit(float(estimate))).otherwise(told)
    return told


def communes(corrections: DataFrame, units: DataFrame, rules: Publication) -> DataFrame:
    """One row per list: where it goes, how much work of which kind it holds, how long it takes."""
    parts = {f"class_{name}": F.col("case_class") == name for name in ("a", "b", "c", "d")} | {
        name: sheet() == name for name in ("review", "population")
    }
    counted = corrections.groupBy(*(f"{level}_code" for level in LEVELS)).agg(
        F.countDistinct(F.coalesce("person_id", "correction_id")).alias("people"),
        F.count(F.lit(1)).alias("rows"),
        F.sum("doses").alias("doses"),
        F.round(F.sum(minutes(rules))).cast("int").alias("minutes"),
        *(F.count_if(condition).alias(name) for name, condition in parts.items()),
    )
    days = F.ceil(F.col("minutes") / rules.minutes_per_day).alias("days")
    helped = F.round(F.col("doses") / F.greatest("minutes", F.lit(1)), 2).alias("doses_a_minute")
    named = counted.transform(with_names, units)  # ten thousand places, not all their rows
    return named.select("*", list_path().alias("list"), days, helped)


def workload(corrections: DataFrame, rules: Publication) -> DataFrame:
    """One row: what all lists together ask for, and until when."""
    return corrections.agg(
        F.count(F.lit(1)).alias("rows"),
        F.coalesce(F.sum("doses"), F.lit(0)).alias("doses"),
        F.coalesce(F.round(F.sum(minutes(rules))), F.lit(0)).cast("long").alias("minutes"),
    ).select(
        "*",
        F.lit(rules.minutes_per_day).alias("minutes_per_day"),
        F.lit(rules.due).alias("due"),
    )


def causes(corrections: DataFrame, units: DataFrame) -> DataFrame:
    """One row per district folder, facility and cause: a shifted upload is one line, not 300."""
    places = ("province", "district")
    keys = (
        *(F.col(f"{level}_code") for level in places),
        F.get("facility_codes", F.lit(0)).alias("facility_code"),
        cause().alias("cause"),
    )
    day = F.array_min("injected_on")
    counted = corrections.groupBy(*keys).agg(
        F.count(F.lit(1)).alias("rows"),
        F.sum("doses").alias("doses"),
        F.min(day).alias("from_day"),
        F.max(day).alias("to_day"),
    )
    named = counted.transform(with_names, units, places)
    told = named.withColumn("district", list_path(places))
    return told.orderBy("district", "facility_code", "cause")


def cause() -> Column:
    """What is wrong, as `comparison=level`: of the first wrong field, or of the number or dose."""
    compared = {"id_number": "number", "full_name": "name", "date_of_birth": "birth", "sex": "sex"}
    first = F.lit(None).cast("string")
    for field, comparison in compared.items():
        told = F.filter("evidence", starting_with(comparison))
        is_first = F.get("wrong_fields", F.lit(0)) == field
        first = F.when(is_first, F.get(told, F.lit(0))).otherwise(first)
    finding = F.get(F.filter("evidence", starting_with("finding")), F.lit(0))
    return F.coalesce(finding, first, F.concat(F.lit("sheet="), sheet()))


def starting_with(comparison: str) -> Callable[[Column], Column]:
    return lambda evidence: evidence.startswith(f"{comparison}=")


def of_provinces(corrections: DataFrame, codes: Sequence[str]) -> DataFrame:
    """The corrections of these provinces; of all where none is named."""
    return corrections.where(F.col("province_code").isin(*codes)) if codes else corrections


def totals(corrections: DataFrame) -> DataFrame:
    """Rows and doses by province and disposition: what all lists together must hold."""
    return corrections.groupBy("province_code", "disposition").agg(
        F.count(F.lit(1)).alias("rows"), F.sum("doses").alias("doses")
    )


def unequal_sums(sums: DataFrame, dispositions: DataFrame, ledger: DataFrame) -> DataFrame:
    """The dispositions whose doses are not the same in the lists, the table and the ledger.

    `sums` are the lists' rows or what `totals` makes of them.
    Lists hold only what is to be corrected; the others are compared between table and ledger.
    """
    whole = sums.where(F.col("disposition") != FINDING)
    in_lists = whole.groupBy("disposition").agg(F.sum("doses").alias("listed"))
    decided = dispositions.groupBy("disposition").agg(F.count(F.lit(1)).alias("decided"))
    entered = ledger.where(F.col("stage") == "disposition")
    in_ledger = entered.groupBy(F.col("class").alias("disposition")).agg(
        F.sum("rows").alias("entered")
    )
    # Each of the three has one row per disposition.
    beside = decided.join(in_ledger, on="disposition", how="full").join(
        in_lists, on="disposition", how="full"
    )
    expected = F.when(F.col("disposition").isin(*CORRECTABLE), F.col("decided"))
    agree = F.col("decided").eqNullSafe(F.col("entered")) & F.col("listed").eqNullSafe(expected)
    return beside.where(~agree).orderBy("disposition")
