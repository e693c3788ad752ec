"""The ledger: what came in and what became of it, by province, as counts and checksums."""

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import checksum, padded
from transforms.invariants import all_violations, violations
from transforms.schemas import LEDGER, conform

KNOWN = ("verified", "wrong", "recovered")
STAGES = ("received", "rejected", "profiled", "disposition")


def ledger(
    dose_rows: DataFrame,
    rejected_rows: DataFrame,
    doses: DataFrame,
    dispositions: DataFrame,
    run_id: str,
) -> DataFrame:
    """Rows and checksum per stage, province ("" where none is known) and class ("all" where one).

    `dispositions` is the table as written, `dose_rows` as ingested: nothing is counted on the way.
    """
    accepted = entries(dose_rows, padded(F.col("province_code"), 2), F.col("dose_id"))
    refused = rejected_rows.where(F.col("source") == "doses")
    source_row = F.concat_ws("|", "row_number", "raw")
    rejected = entries(refused, F.col("province_code"), source_row, F.col("reason"))
    received = accepted.unionByName(rejected.withColumn("class", F.lit("all")))
    declared = F.col("province_code")
    profiled = entries(doses, declared, F.col("dose_id"))
    decided = entries(dispositions, declared, F.col("dose_id"), F.col("disposition"))
    counted = [
        totals(rows, stage)
        for stage, rows in zip(STAGES, (received, rejected, profiled, decided), strict=True)
    ]
    lines = reduce(DataFrame.unionByName, counted)
    return conform(lines.withColumn("run_id", F.lit(run_id)), LEDGER)


def entries(
    rows: DataFrame, province: Column, key: Column, class_: Column | None = None
) -> DataFrame:
    """What the ledger sees of each row: province, class and the checksum of its key."""
    return rows.select(
        F.coalesce(province, F.lit("")).alias("province_code"),
        (F.lit("all") if class_ is None else class_).alias("class"),
        checksum(key).alias("key"),
    )


def totals(rows: DataFrame, stage: str) -> DataFrame:
    counted = rows.groupBy("province_code", "class").agg(
        F.count("*").alias("rows"), F.sum("key").alias("checksum")
    )
    return counted.withColumn("stage", F.lit(stage))


def imbalances(ledger: DataFrame) -> DataFrame:
    """(`stage`, `province_code`, `rows`, `expected_rows`, checksums): where two stages disagree.

    received - rejected = profiled, and profiled = the sum of the dispositions, in every province.
    """
    sides = {
        "profiled": ({"received": 1, "rejected": -1}, {"profiled": 1}),
        "disposition": ({"profiled": 1}, {"disposition": 1}),
    }
    compared = [
        ledger.groupBy("province_code").agg(
            F.lit(stage).alias("stage"),
            signed("rows", actual).alias("rows"),
            signed("rows", expected).alias("expected_rows"),
            signed("checksum", actual).alias("checksum"),
            signed("checksum", expected).alias("expected_checksum"),
        )
        for stage, (expected, actual) in sides.items()
    ]
    off = (F.col("rows") != F.col("expected_rows")) | (
        F.col("checksum") != F.col("expected_checksum")
    )
    return reduce(DataFrame.unionByName, compared).where(off).orderBy("stage", "province_code")


def signed(column: str, signs: dict[str, int]) -> Column:
    """The sum of a column over the stages named, each with its sign."""
    terms = [F.when(F.col("stage") == stage, F.col(column) * sign) for stage, sign in signs.items()]
    return F.sum(F.coalesce(*terms, F.lit(0)))


def ledger_violations(
    dispositions: DataFrame,
    doses: DataFrame,
    persons: DataFrame,
    profiles: DataFrame,
    residents: DataFrame,
) -> DataFrame:
    """The promises of the run's tables that are broken, each with a count; no row is good."""
    repeated = dispositions.groupBy("dose_id").agg(F.count("*").alias("rows"))
    named = dispositions.where(F.col("resident_id").isNotNull())
    unknown = named.join(residents, on="resident_id", how="left_anti")
    nobody = F.col("disposition").isin(*KNOWN) & F.col("resident_id").isNull()
    owner = F.coalesce("resident_id", F.lit(""))
    owners = persons.groupBy("person_id").agg(F.min(owner).alias("l"), F.max(owner).alias("r"))
    return all_violations(
        [
            violations("one disposition per dose row", repeated, F.col("rows") > 1),
            violations(
                "every resident is in the register", unknown, F.col("resident_id").isNotNull()
            ),
            violations("a known person has a resident", dispositions, nobody),
            violations("no person has two residents", owners, F.col("l") != F.col("r")),
            violations(
                "a duplicate names a kept row of the same person",
                copies(dispositions, persons),
                ~is_sound_copy(),
            ),
            violations(
                "profiles count every dose row",
                uncounted(doses, profiles),
                F.col("difference") != 0,
            ),
        ]
    )


def copies(dispositions: DataFrame, persons: DataFrame) -> DataFrame:
    """Every duplicate beside the row it names and both persons; semi joins keep the sides small."""
    copy = dispositions.where(F.col("disposition") == "duplicate").select(
        "duplicate_of", "profile_id"
    )
    kept = dispositions.select(
        F.col("dose_id").alias("duplicate_of"),
        F.col("profile_id").alias("kept_profile_id"),
        F.col("disposition").alias("kept_disposition"),
    ).join(copy, on="duplicate_of", how="left_semi")
    both = copy.join(kept, on="duplicate_of", how="left")
    for profile, person in (("profile_id", "person"), ("kept_profile_id", "kept_person")):
        names = persons.select(F.col("profile_id").alias(profile), F.col("person_id").alias(person))
        involved = names.join(both.select(profile), on=profile, how="left_semi")
        both = both.join(involved, on=profile, how="left")
    return both


def is_sound_copy() -> Column:
    kept = F.coalesce("kept_disposition", F.lit("duplicate")) != "duplicate"
    return kept & F.col("person").eqNullSafe(F.col("kept_person"))


def uncounted(doses: DataFrame, profiles: DataFrame) -> DataFrame:
    """One row: dose rows less those that profiles claim."""
    claimed = profiles.agg((-F.sum("doses")).alias("rows"))
    there = doses.agg(F.count("*").alias("rows"))
    return there.unionByName(claimed).agg(F.sum("rows").alias("difference"))
