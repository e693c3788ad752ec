import pytest
from pyspark.sql import functions as F

from transforms.matching.columns import ColumnRule, standard_records
from transforms.matching.pairs import compared, with_counts
from transforms.matching.rules import Comparison

# kind, level, a pair of values that meets it and one that does not
CASES = [
    ("text", "exact", ("É. Ray", "e ray"), ("ray", "roy")),
    ("surname", "jaro_winkler 0.9", ("martha", "marhta"), ("dixon", "dicks")),
    ("text", "similarity 0.8", ("long street", "long streat"), ("long street", "song trees")),
    ("text", "token_sort 0.9", ("ann lee", "lee ann"), ("ann lee", "bob roe")),
    ("code", "levenshtein 1", ("12345", "1234"), ("12345", "12354")),
    ("code", "damerau 1", ("12345", "12354"), ("12345", "12453")),
    ("surname", "prefix 1", ("j", "john"), ("j", "bob")),
    ("date", "prefix 4", ("1980", "1980-02-03"), ("1981", "1980-02-03")),
    ("postcode", "starts 3", ("sw1 2aa", "SW1 9zz"), ("sw1 2aa", "sw2 2aa")),
    ("surname", "sounds_alike", ("smith", "smyth"), ("smith", "jones")),
    ("surname", "same metaphone", ("philip", "filip"), ("philip", "anna")),
    ("name", "same sort_tokens:token 1", ("bo adam", "adam zoe"), ("bo adam", "zoe bo")),
    ("text", "shared_words 2", ("a b c", "c x b"), ("a b c", "c x y")),
    ("text", "all_words", ("a b", "b x a"), ("a b", "b x")),
    ("date", "day_month_swapped", ("03/04/1990", "4/3/1990"), ("03/04/1990", "04/03/1991")),
    ("date", "same_day_month", ("1990-04-03", "1991-04-03"), ("1990", "1991")),
    ("date", "same_year", ("1990", "1990-04-03"), ("1990", "1991")),
    ("date", "within_years 1", ("1990", "1991-04-03"), ("1990", "1992")),
    ("date", "within_days 2", ("1990-02-28", "19900301"), ("1990-02-28", "1990")),
    ("number", "difference 2", ("10", "12"), ("10", "13")),
    ("number", "percent 10", ("100", "91"), ("100", "80")),
    ("set", "overlap 1", ("a|b", "B|c"), ("a", "c")),
    ("set", "jaccard 0.5", ("a|b", "b"), ("a|b|c", "c")),
    ("set", "contains", ("a|b", "b"), ("a|b", "b|c")),
]


def standard(spark, rows, rules, side):
    return standard_records(spark.createDataFrame(rows, ["id", *rules]), "id", rules, side)


def positions(left, right, comparisons):
    pair = left.select(F.col("_record").alias("src"), "_id").join(
        right.select(F.col("_record").alias("dst"), "_id"), on="_id", how="inner"
    )
    found = compared(pair.withColumn("rules", F.array()), left, right, comparisons)
    return {row["left_id"]: row.asDict() for row in found.collect()}


def test_every_level_holds_where_it_should_and_nowhere_else(spark):
    rules = {f"c{at}": ColumnRule(kind=kind) for at, (kind, *_) in enumerate(CASES)}
    comparisons = [
        Comparison(column=f"c{at}", levels=(level,), term_frequency=False)
        for at, (_, level, *_) in enumerate(CASES)
    ]
    meets, fails = ([case[at] for case in CASES] for at in (2, 3))
    left, right = (
        standard(spark, [("meets", *(p[end] for p in meets)), ("fails", *(p[end] for p in fails))],
                 rules, side)
        for end, side in enumerate(("left", "right"))
    )  # fmt: skip

    found = positions(left, right, comparisons)

    assert {CASES[at][1] for at in range(len(CASES)) if found["meets"][f"c{at}"] != 0} == set()
    assert {CASES[at][1] for at in range(len(CASES)) if found["fails"][f"c{at}"] != 1} == set()


def test_a_swap_counts_once_and_a_missing_value_not_at_all(spark):
    rules = {"given": ColumnRule(kind="given_name"), "last": ColumnRule(kind="surname")}
    comparisons = [
        Comparison(column="given", levels=("exact", "swapped last"), term_frequency=False),
        Comparison(column="last", levels=("exact", "found_in given"), term_frequency=False),
    ]
    left = standard(spark, [("turned", "ann", "lee"), ("gone", None, "lee")], rules, "left")
    right = standard(spark, [("turned", "lee", "ann"), ("gone", "ann", "lee")], rules, "right")

    found = positions(left, right, comparisons)

    assert (found["turned"]["given"], found["turned"]["last"]) == (1, None)
    assert (found["gone"]["given"], found["gone"]["last"]) == (None, 0)


@pytest.mark.parametrize(
    ("formats", "given", "read"),
    [
        (("dd/MM/yyyy", "yyyy"), "3/12/1985", "19851203"),
        (("yyyy-MM-dd",), "1985-12-03 00:00:00", "19851203"),
        (("dd MMM yyyy",), "03 December 1985", "19851203"),
        (("yyyyMMdd",), "19859999", "19859999"),
        (("dd/MM/yyyy", "yyyy"), "1985", "1985"),
        (("dd/MM/yyyy",), "about 1985", None),
    ],
)
def test_dates_are_as_precise_as_given(spark, formats, given, read):
    rules = {"born": ColumnRule(kind="date", formats=formats)}

    assert standard(spark, [("x", given)], rules, "left").collect()[0]["born"] == read


def test_a_value_s_records_come_along(spark):
    rules = {"last": ColumnRule(kind="surname")}
    records = standard(spark, [("a", "lee"), ("b", "lee"), ("c", "roe")], rules, "left")
    counts = spark.createDataFrame([("last", "lee", 2)], ["column", "value", "records"])

    found = with_counts(records, counts, [Comparison(column="last", term_frequency=True)])

    assert sorted((r["_id"], r["last_records"]) for r in found.collect()) == [
        ("a", 2), ("b", 2), ("c", None),
    ]  # fmt: skip
