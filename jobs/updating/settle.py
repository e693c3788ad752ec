"""Who the touched people are, which doses they had, and what becomes of each of their rows.

All of a person's profiles, and all who share name and birth date with a stranger, are taken
together to a warehouse of their own, where the stages do what they do for a whole nation.
"""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from jobs import classify, cluster, correct, deduplicate
from jobs.few import few
from jobs.narrowed import Keys, among_keys, without_keys
from jobs.parquet_files import no_rows
from jobs.run import Run
from jobs.segments import segments_of
from jobs.tables import Tables
from jobs.together import together
from jobs.updating.day import Day, united
from transforms import decisions, touched
from transforms.clustering.evidence import known_residents
from transforms.correction.by_resident import HAMLET
from transforms.kernels import chosen
from transforms.ledger import ledger, lines
from transforms.ledger_promises import Written
from transforms.schemas import LEDGER
from transforms.stored import united as both

# What the stages write of the people, in the order in which they do.
OF_PROFILES = ("persons", "dose_events", "findings", "dispositions", "corrections")


class People(NamedTuple):
    """The people to settle anew: their profiles, the same with those that are gone, and a run in
    tables of theirs alone.
    """

    day: Day
    members: Keys
    settled: Keys
    run: Run


def gather(day: Day) -> People:
    """Everybody who may be somebody else now, and all that is known of them, in tables apart."""
    before, now = earlier_and_now(day)
    residents = united(day.residents, before["resident_id"], now["resident_id"])
    members = members_of(day, residents, alike_of(day, before, now))
    settled = day.keys("profile_id", day.unsettled, members)
    keys = day.keys("profile_id", members)
    run = replace(day.run, tables=apart(day.run.tables, day.disk.folder))
    people = People(day, keys, settled, run)
    if day.run.tables.exists(decisions.TABLE):
        run.tables.overwrite(decisions.TABLE, day.run.tables.read(decisions.TABLE))
    with_profiles(people)
    with_residents(people, residents)
    return people


def with_profiles(people: People) -> None:
    """All that lies by profile."""
    day, members, settled, run = people
    read, write = day.draft.read, run.tables.overwrite
    names = ("verifications", "links", "doses")
    theirs = [partial(write, name, among_keys(read(name), members)) for name in names]
    earlier = among_keys(day.draft.before("persons"), settled)
    together(
        run.tables.spark,
        lambda: day.written("people", among_keys(read("profiles"), members)),
        partial(write, "persons", earlier),
        *theirs,
    )
    reviewed = few(chosen(run.tables.read("links"), "profile_id", "decision"))
    asked = day.keys("profile_id", reviewed.filter(decision="review")["profile_id"])
    together(
        run.tables.spark,
        lambda: write("profiles", with_callers(people)),
        # Of nobody else anything is asked about those whom he may be.
        partial(write, "scored_pairs", among_keys(read("scored_pairs"), asked)),
    )


def with_residents(people: People, residents: pl.Series) -> None:
    """The residents whom they are, or may be."""
    day, tables = people.day, people.run.tables
    segments = segments_of(tables.spark, tables.read("scored_pairs"))
    candidates = few(chosen(correct.to_choose_from(people.run, segments), "resident_id"))
    asked = day.keys("resident_id", residents, candidates["resident_id"])
    told = among_keys(day.draft.read("residents"), asked)
    received = hamlets(day.draft.read("resident_rows"), asked)
    together(
        tables.spark,
        partial(tables.overwrite, "residents", told),
        partial(tables.overwrite, "resident_rows", received),
    )


def apart(tables: Tables, folder: str) -> Tables:
    """Tables of their own below a folder."""
    return replace(tables, warehouse=f"{folder}/people")


def earlier_and_now(day: Day) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The residents (profile_id, resident_id) that unsettled profiles were, and that they are."""
    keys = day.keys("profile_id", day.unsettled)
    before = day.before("persons", keys, "resident_id").drop_nulls("resident_id")
    return before, pl.concat(found(day, *known_as(day, keys)))


def found(day: Day, *rows: DataFrame) -> list[pl.DataFrame]:
    """Several frames of few rows, side by side."""
    return together(day.run.tables.spark, *(partial(few, some) for some in rows))


def known_as(day: Day, keys: Keys) -> list[DataFrame]:
    """Whom profiles are by their number, and by a link: of those with one of the keys."""
    verdicts = chosen(day.draft.read("verifications"), *touched.VERIFIED)
    links = chosen(day.draft.read("links"), *touched.LINKED)
    return [
        touched.verified(among_keys(verdicts, keys)),
        touched.linked(among_keys(links, keys)),
    ]


def members_of(day: Day, residents: pl.Series, alike: pl.Series) -> pl.Series:
    """The profiles of these residents, the unsettled ones, and strangers like one of those."""
    keys = day.keys("resident_id", residents), day.keys("profile_id", alike)
    told = found(day, *(rows for of in keys for rows in known_as(day, of)))
    *theirs, verified, linked = (rows["profile_id"] for rows in told)
    strangers = alike.filter(~alike.is_in(united(verified, linked).implode()))
    there = day.now("profiles", day.keys("profile_id", day.unsettled))["profile_id"]
    return united(there, *theirs, strangers)


def alike_of(day: Day, before: pl.DataFrame, now: pl.DataFrame) -> pl.Series:
    """Profiles that share name and whole birth date with an unsettled one, as it was or is, unless
    a resident was and is known of it: such a one is never joined with strangers.
    """
    settled = before.join(now, on="profile_id", how="semi")["profile_id"]
    strangers = day.unsettled.filter(~day.unsettled.is_in(settled.implode()))
    keys, draft = day.keys("profile_id", strangers), day.draft
    earlier, later = (
        chosen(rows, *touched.CALLED) for rows in (draft.before("profiles"), draft.read("profiles"))
    )
    own = (touched.namesakes(among_keys(rows, keys)) for rows in (earlier, later))
    known = pl.concat(found(day, *own))
    # Of a name alone it is sooner told whether it is one of theirs.
    named = among_keys(later, day.keys("name_folded", known["name_folded"]))
    alike = among_keys(touched.namesakes(named), day.keys("alike", known["alike"]))
    return few(alike)["profile_id"]


def with_callers(people: People) -> DataFrame:
    """The profiles themselves, and whoever else gives a phone of theirs whom no resident is known
    of: of other phones nobody will ask how many people use them.
    """
    day, read = people.day, people.run.tables.read
    own, verdicts, links = day.frames["people"], read("verifications"), read("links")
    known = known_residents(verdicts, links, segments_of(own.sparkSession, verdicts, links))
    strangers = few(known).filter(pl.col("resident_id").is_null())["profile_id"]
    calling = among_keys(chosen(own, "profile_id", "phone"), day.keys("profile_id", strangers))
    callers = among_keys(day.draft.read("profiles"), day.keys("phone", few(calling)["phone"]))
    return both(own, day.disk.written("callers", without_keys(callers, people.members)))


def hamlets(received: DataFrame, asked: Keys) -> DataFrame:
    """Of the register as received what corrections need; nothing where it names no hamlets."""
    if HAMLET not in received.columns:
        return no_rows(received.sparkSession, received.schema)
    return among_keys(received, asked)


def persons(people: People) -> None:
    """Which profiles are one person."""
    cluster.run(people.run)
    people.run.tables.overwrite("profiles", people.day.frames["people"])


def doses(people: People) -> None:
    """Doses entered twice, and broken rules."""
    deduplicate.run(people.run)


def dispositions(people: People) -> None:
    """What becomes of each dose row of theirs, and whether the tables keep their promises."""
    classify.decide(people.run)
    classify.hold_promises(Written(*map(people.run.tables.read, Written._fields)))


def corrections(people: People) -> None:
    """What to correct; with it all that is known of these people is settled."""
    correct.run(people.run)
    read, replaced = people.run.tables.read, people.day.draft.replace
    together(
        people.run.tables.spark,
        *(partial(replaced, name, people.settled, [read(name)]) for name in OF_PROFILES),
    )


def balance(day: Day) -> None:
    """The ledger of all dose rows as the day leaves them, counted anew from the tables."""
    read, run_id = day.draft.read, day.run.run_id
    counted = ledger(few(lines(*map(read, classify.COUNTED))), run_id)
    classify.hold_balanced(counted)
    day.draft.replace_all("ledger", day.disk.few_written("ledger", counted, LEDGER))


STAGES = {
    "cluster": persons,
    "deduplicate": doses,
    "classify": dispositions,
    "correct": corrections,
}
