"""What communes answered, and what follows for the next run."""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.columns import dose_correction_id
from transforms.intervals import wilson
from transforms.linkage import CERTAIN_MARGIN
from transforms.schemas import DECISION, LINK, conform

TABLE = "decisions"
PAIR = ["profile_id", "resident_id"]
CONFIRMED, REJECTED = "confirmed", "rejected"
MEANS = {
    "platform": {"right": CONFIRMED, "wrong": REJECTED, "not_here": REJECTED},
    "review": {"right": CONFIRMED, "wrong": REJECTED, "not_here": REJECTED},
    # Wrong means here that the register is wrong of this very person.
    "population": {"right": CONFIRMED, "wrong": CONFIRMED, "not_here": REJECTED},
}
UNDECIDED = "check"
PLACE_PARTS = 3  # of a list's id: province, district, commune; its second part and on have a fourth
SMALLEST = 1e-9


def rows_known(listed: Sequence[DataFrame]) -> DataFrame:
    """`correction_id` → whom the row was about, from every table of rows listed."""
    about = ("profile_id", "resident_id", "disposition")
    rows = reduce(
        DataFrame.unionByName, [table.select("correction_id", *about) for table in listed]
    )
    # A correction is of one profile and resident for ever; its disposition may differ.
    return rows.groupBy("correction_id").agg(F.min(F.struct(*about)).alias("about"))


def with_rows(answers: DataFrame, known: DataFrame) -> DataFrame:
    """The answers beside the profile and the resident that the row was about."""
    told = answers.join(known, on="correction_id", how="inner")  # known: one per correction
    return conform(told.select("*", "about.*"), DECISION)


def arrived(answers: DataFrame, known: DataFrame) -> DataFrame:
    """The answers of each `file`, with `is_unlisted`: sealed and yet never listed from here.

    One such row, or `is_refused` as the file was read, makes all of its file `is_broken`.
    """
    there = known.select("correction_id", F.lit(True).alias("there"))  # one row per correction
    told = answers.join(there, on="correction_id", how="left")
    unlisted = F.col("there").isNull()
    broken = F.bool_or(unlisted | F.col("is_refused")).over(Window.partitionBy("file"))
    return told.select(*answers.columns, unlisted.alias("is_unlisted"), broken.alias("is_broken"))


def unknown(answers: DataFrame, decisions: DataFrame) -> DataFrame:
    """The answers that are not among the decisions yet: a file taken in twice is taken in once."""
    return conform(answers.join(decisions, on="decision_id", how="left_anti"), DECISION)


def standing(decisions: DataFrame) -> DataFrame:
    """One row per row answered: the last answer of each place, and whether places contradict.

    Two files of one list that came together with different answers contradict as well. Whoever
    says that it is still to be checked contradicts nobody.
    """
    place = F.substring_index("list_id", "-", PLACE_PARTS)
    last = Window.partitionBy("correction_id", place).orderBy(F.desc("received_at"))
    latest = decisions.withColumn("age", F.rank().over(last)).where(F.col("age") == 1)
    is_open = F.col("answer") == UNDECIDED
    all_open = F.bool_and(is_open).over(Window.partitionBy("correction_id"))
    heard = latest.withColumn("all_open", all_open).where(~is_open | F.col("all_open"))
    told = F.struct(
        "received_at", "decision_id", "list_id", "sheet", "profile_id", "resident_id",
        "disposition", "case_class", "evidence_grade", "answer", "corrected_value", "note",
    )  # fmt: skip
    grouped = heard.groupBy("correction_id").agg(
        F.max(told).alias("told"), F.array_sort(F.collect_set("answer")).alias("answers")
    )
    return grouped.select(
        "correction_id", "told.*", "answers", (F.size("answers") > 1).alias("in_conflict")
    )


def contradictions(decisions: DataFrame) -> DataFrame:
    """The rows that two places, or two files at once, answered differently."""
    torn = standing(decisions).where(F.col("in_conflict"))
    return torn.select("list_id", "sheet", "correction_id", "answers").orderBy("correction_id")


def judgements(decisions: DataFrame) -> DataFrame:
    """`profile_id`, `resident_id`, `sheet`, `judgement`: pairs that people confirmed or rejected.

    Contradicting answers judge nothing, nor does a profile confirmed as two people.
    """
    agreed = standing(decisions).where(~F.col("in_conflict") & F.col("resident_id").isNotNull())
    judged = agreed.withColumn("judgement", judgement()).where(F.col("judgement").isNotNull())
    said_yes = F.count_if(F.col("judgement") == CONFIRMED).over(Window.partitionBy("profile_id"))
    sure = (F.col("judgement") == REJECTED) | (said_yes == 1)
    told = ("profile_id", "resident_id", "sheet", "judgement")
    return judged.select(*told, sure.alias("sure")).where("sure").select(*told)


def judgement() -> Column:
    """What an answer on its sheet says of the pair; null where it says nothing."""
    said = F.lit(None).cast("string")
    for sheet, means in MEANS.items():
        for answer, meaning in means.items():
            this = (F.col("sheet") == sheet) & (F.col("answer") == answer)
            said = F.when(this, F.lit(meaning)).otherwise(said)
    return said


def stated(decisions: DataFrame) -> DataFrame:
    """By `profile_id`: what communes wrote that a person's record should say (`stated`), and the
    resident of whom they said that the register, though doubted, is right (`upheld`).

    Contradicting answers state nothing; several rows of a profile stand side by side, in order.
    """
    agreed = standing(decisions).where((F.col("sheet") != "doses") & ~F.col("in_conflict"))
    written = F.array_join(F.array_sort(F.collect_set("corrected_value")), "; ")
    upheld = (F.col("sheet") == "population") & (F.col("answer") == "right")
    told = agreed.groupBy("profile_id").agg(
        F.nullif(written, F.lit("")).alias("stated"),
        F.max(F.when(upheld, F.col("resident_id"))).alias("upheld"),
    )
    return told.where(F.coalesce("stated", "upheld").isNotNull())


def real_doses(decisions: DataFrame, doses: DataFrame, *dispositions: str) -> DataFrame:
    """`dose_id` of doses listed as one of `dispositions` that people said are real and right."""
    no = (F.col("sheet") == "doses") & (F.col("answer") == "wrong") & ~F.col("in_conflict")
    said = standing(decisions).where(no & F.col("disposition").isin(*dispositions))
    keys = F.broadcast(said.select("profile_id", "disposition", "correction_id"))
    # The key of a correction is a hash: it is made anew for the doses of these profiles alone.
    asked = doses.select("profile_id", "dose_id").join(keys, on="profile_id", how="inner")
    named = dose_correction_id(F.col("disposition"), F.col("dose_id")) == F.col("correction_id")
    return asked.where(named).select("dose_id").distinct()


def without_rejected(scored: DataFrame, judged: DataFrame) -> DataFrame:
    """The scored pairs less those rejected; what they weighed goes to the profile's others.

    The posterior given that a candidate is out: p / (1 - p of those that are out).
    """
    no = F.broadcast(judged.where(F.col("judgement") == REJECTED).select(*PAIR))
    # A pair is the key of both.
    lost = scored.join(no, on=PAIR, how="left_semi").groupBy("profile_id")
    freed = lost.agg(F.sum("match_probability").alias("freed"))
    kept = scored.join(no, on=PAIR, how="left_anti").join(
        F.broadcast(freed), on="profile_id", how="left"
    )
    left = F.greatest(1 - F.coalesce("freed", F.lit(0.0)), F.lit(SMALLEST))
    share = F.when(F.col("freed").isNull(), F.col("match_probability")).otherwise(
        F.least(F.col("match_probability") / left, F.lit(1.0))
    )
    return kept.withColumn("match_probability", share).select(*scored.columns)


def with_judgements(links: DataFrame, judged: DataFrame, residents: DataFrame) -> DataFrame:
    """The links as people decided: confirmed ones hold, after a rejection nothing links by itself.

    Whose only proposal was rejected stays to review: the record is as wrong as before. Who is none
    of the candidates of a review is let go. `residents` keeps out who has left the register since.
    """
    told = links.transform(with_judgement, judged, residents)
    held, again = F.col("confirmed_id").isNotNull(), asked_again()
    decided = {
        "decision": F.when(held, "linked").when(again, "review").otherwise(F.col("decision")),
        "resident_id": F.when(held, F.col("confirmed_id")).when(~again, F.col("resident_id")),
        "best_resident_id": F.coalesce("confirmed_id", "best_resident_id"),
        "match_probability": F.when(held, 1.0).otherwise(F.col("match_probability")),
        "margin": F.when(held, CERTAIN_MARGIN).otherwise(F.col("margin")),
        "evidence": judged_evidence(),
    }
    return conform(told.withColumns(decided), LINK)


def with_judgement(links: DataFrame, judged: DataFrame, residents: DataFrame) -> DataFrame:
    """The links with `confirmed_id`, and `proposals_only` where all that was rejected was one."""
    there = judged.join(residents.select("resident_id"), on="resident_id", how="left_semi")
    yes = there.where(F.col("judgement") == CONFIRMED).select(
        "profile_id", F.col("resident_id").alias("confirmed_id")
    )
    no = judged.where(F.col("judgement") == REJECTED).groupBy("profile_id")
    proposals = no.agg(F.bool_and(F.col("sheet") != "review").alias("proposals_only"))
    return links.join(F.broadcast(yes), on="profile_id", how="left").join(
        F.broadcast(proposals), on="profile_id", how="left"
    )  # one row per profile each


def asked_again() -> Column:
    """Whether somebody was rejected and nobody confirmed, so that a person decides."""
    held, rejected = F.col("confirmed_id").isNotNull(), F.col("proposals_only").isNotNull()
    return rejected & ~held & ((F.col("decision") == "linked") | F.col("proposals_only"))


def judged_evidence() -> Column:
    """The evidence with what people said; it holds for a confirmed resident if he was the best."""
    as_before = F.coalesce("evidence", F.array().cast("array<string>"))
    same_one = F.col("best_resident_id").eqNullSafe(F.col("confirmed_id"))
    own = F.when(same_one, as_before).otherwise(F.array().cast("array<string>"))
    return (
        F.when(F.col("confirmed_id").isNotNull(), F.array_append(own, F.lit("decision=confirmed")))
        .when(
            F.col("proposals_only").isNotNull(),
            F.array_append(as_before, F.lit("decision=rejected")),
        )
        .otherwise(F.col("evidence"))
    )


def precision(decisions: DataFrame, *by: str) -> DataFrame:
    """How often people found the proposals right, with the interval of Wilson (1927).

    Only sheets that propose; "to be checked" is no answer yet, contradicting ones are none.
    """
    proposed = F.col("sheet").isin("platform", "population") & ~F.col("in_conflict")
    sure = standing(decisions).where(proposed & F.col("answer").isin("right", "wrong", "not_here"))
    right, n = F.count_if(judgement() == CONFIRMED), F.count(F.lit(1))
    counted = sure.groupBy(*by).agg(right.alias("right"), n.alias("answers"))
    share = wilson(F.col("right"), F.col("answers"))
    named = [c.alias(name) for name, c in zip(("value", "low", "high"), share, strict=True)]
    told = counted.select(*by, "right", "answers", *named)
    return told.orderBy(*by) if by else told
