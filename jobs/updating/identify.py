"""Whom the touched profiles are: their numbers, their candidates, and what is decided."""

import polars as pl
from pyspark.sql import DataFrame

from jobs import nearby
from jobs.block_keys import block_keys, capped
from jobs.decided import judged
from jobs.few import few
from jobs.frequencies import name_evidence
from jobs.model import forms, learnt
from jobs.narrowed import Keys, among_keys
from jobs.nearby import Asking
from jobs.segments import segments_of
from jobs.updating.day import NO_IDS, Day, Told, united
from jobs.updating.reach import asking, decided_otherwise, limits, open_side
from transforms.blocking import plan
from transforms.blocking.people import read_of_profiles
from transforms.blocking.plan import Side
from transforms.decisions import with_judgements, without_rejected
from transforms.kernels import applied, chosen
from transforms.linkage import links
from transforms.marked_verdicts import marked
from transforms.scoring import pairs, posterior
from transforms.verification import verifications

VERDICT_COLUMNS = ("verdict", "resident_id", "household_id")


def verify(day: Day) -> None:
    """The official verdicts of profiles that come or go, and of those with a number of the day's
    residents.
    """
    claims = day.keys("profile_id", day.stated, claimed(day))
    verdicts = verified_anew(day, claims)
    day.draft.replace("verifications", claims, [verdicts])
    before = day.before("verifications", claims, *VERDICT_COLUMNS)
    told = Told(before, few(chosen(verdicts, "profile_id", *VERDICT_COLUMNS)))
    day.changed = united(day.changed, told.otherwise["profile_id"])
    day.asking = asking(day, told)


def claimed(day: Day) -> pl.Series:
    """The profiles with a number that a resident of the day has or had."""
    if not len(day.residents):
        return NO_IDS
    people = day.people.both
    numbers = day.keys("number", people["id_number"], people["old_id_number"])
    return day.now("profiles", numbers, "profile_id")["profile_id"]


def verified_anew(day: Day, claims: Keys) -> DataFrame:
    """The verdicts, on disk: residents are looked up by the numbers that are claimed."""
    disk, spark, rules = day.disk, day.run.tables.spark, day.run.matching.verification
    profiles = chosen(day.draft.read("profiles"), *rules.of_profiles)
    residents = chosen(day.draft.read("residents"), *rules.of_residents)
    stated = disk.written("claims", among_keys(profiles, claims))
    numbers = day.keys("number", few(chosen(stated, "number"))["number"])
    owned = disk.written("owners", among_keys(residents, numbers, *rules.numbers))
    segments = segments_of(spark, stated, owned)
    return disk.written("verdicts", verifications(stated, owned, rules, segments))


def block(day: Day) -> None:
    """Candidates of the profiles that ask; what the last plan left out is left out."""
    draft, rules, disk = day.draft, day.run.matching.blocking, day.disk
    keys = day.keys("profile_id", day.asking)
    names = dict.fromkeys([*pairs.OF_PROFILES, *read_of_profiles(rules)])
    profiles = among_keys(chosen(draft.read("profiles"), *names), keys)
    stated = day.written("asking_profiles", profiles)
    verdicts = day.written("asking_verdicts", among_keys(draft.read("verifications"), keys))
    sides = open_side(day, stated, verdicts), Side.of_residents(draft.read("residents"))
    both_keys = block_keys(disk, *sides, rules)
    made = plan.blocks_and_pairs(both_keys, rules, left_out=capped(planned(day)))
    found = day.written("pairs", made.only("candidate_pairs"))
    draft.replace("candidate_pairs", day.keys("profile_id", day.touched), [found])


def planned(day: Day) -> DataFrame:
    """The blocks that the last plan left out as too many pairs; residents are counted anew."""
    most_of = limits(day)

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        most = pl.col("rule").replace_strict(most_of, default=0, return_dtype=pl.Int64)
        return batch.filter(pl.col("residents") <= most)

    blocks = day.draft.before("blocks")
    return applied(blocks, kernel, blocks.schema)


def score(day: Day) -> None:
    """The pairs, weighed as those of the last whole run were."""
    run, tables = day.run, day.run.tables
    found, stated = (day.frames[name] for name in ("pairs", "asking_profiles"))
    verdicts = day.disk.written("asking_claims", marked(day.frames["asking_verdicts"], asks=True))
    registers = nearby.registers(day.disk, day.draft.read, Asking(stated, verdicts), found)
    names = name_evidence(run, forms(tables))
    segments = segments_of(tables.spark, found, registers.profiles)
    compared = pairs.compared_pairs([found], registers, names, segments)
    scored = posterior.scored_pairs(compared, learnt(tables), run.matching.scoring)
    day.draft.replace(
        "scored_pairs", day.keys("profile_id", day.touched), [day.written("scored", scored)]
    )


def link(day: Day) -> None:
    """One decision per profile that asks; what people said comes first."""
    run, tables = day.run, day.run.tables
    scored, verdicts = day.frames["scored"], day.frames["asking_verdicts"]
    said = judged(tables)
    offered = scored if said is None else scored.transform(without_rejected, said)
    segments = segments_of(tables.spark, scored, verdicts)
    made = links(offered, verdicts, run.matching.threshold, segments)
    if said is not None:
        made = made.transform(with_judgements, said, day.draft.read("residents"))
    decided = day.disk.written("decided", made)
    before = day.before("links", day.keys("profile_id", day.asking), *decided.columns)
    day.decided = decided_otherwise(Told(before, few(decided)))
    day.draft.replace("links", day.keys("profile_id", day.touched), [decided])
