"""The way out and back: publish, answered by communes that know the truth, taken in, run again."""

import shutil
from collections import Counter
from zlib import crc32

import pyarrow.parquet as pq
import pytest

from jobs.config import DEFAULT_MATCHING, Matching, load
from jobs.few import few
from jobs.lists import wording
from jobs.pipeline import STAGES
from jobs.receive import receive
from jobs.run import Inputs, Run
from jobs.tables import Commit, Tables
from tests.filled_in import filled_in, keys_of
from transforms.ledger import imbalances

# What answers can change; how well numbers were linked without them is not asked again.
AGAIN = ("link", "cluster", "deduplicate", "classify", "correct", "publish")
MISTAKES = 3  # per cent
ANSWERING, DAMAGED = 8, 20  # one list in so many
WORDS = {True: "Đúng", False: "Sai"}


@pytest.fixture(scope="module")
def run(spark, settings, finished, tmp_path_factory):
    """A second run over a copy of the finished warehouse."""
    warehouse = tmp_path_factory.mktemp("round_trip") / "warehouse"
    shutil.copytree(finished, warehouse)
    tables = Tables(spark, str(warehouse), Commit("second"))
    return Run(tables, settings, load(DEFAULT_MATCHING, Matching), Inputs("", ""), "second")


@pytest.fixture(scope="module")
def truth(nation):
    """dose_id → the resident whose dose it is, and the dose it is a copy of."""
    rows = pq.read_table(nation.folder / "truth.parquet").to_pylist()
    return {row["dose_id"]: row for row in rows}


def truths(run, truth):
    """correction_id → whether what the row says is so: of a doubted dose, that it is another's."""
    said = {}
    persons = run.tables.read("persons").collect()
    resident_of = {row["profile_id"]: row["resident_id"] for row in persons}
    for row in run.tables.read("corrections").collect():
        owners = {truth[dose]["resident_id"] for dose in row["dose_ids"]}
        if row["disposition"] == "duplicate":
            copy, kept = (truth[dose]["duplicate_of"] or dose for dose in row["dose_ids"])
            said[row["correction_id"]] = copy == kept
        elif (row["disposition"], row["case_class"]) == ("review", "d"):
            said[row["correction_id"]] = owners != {resident_of[row["profile_id"]]}
        elif row["disposition"] != "finding":
            for proposed in row["candidates"] or [row]:
                said[proposed["correction_id"]] = owners == {proposed["resident_id"]}
    return said


def answer(key, said, sheet):
    """What a commune answers: the truth, but for three in a hundred rows."""
    true = said.get(key)
    if true is None:
        return ()
    mistaken = crc32(key.encode()) % 100 < MISTAKES and not (sheet == "review" and not true)
    if sheet == "population":
        return ("Đúng",) if true else ("Không có ở địa phương",)
    return (WORDS[true is not mistaken],)


def lists_that_return(run):
    """The lists with somebody to decide about, and some others: not every commune answers."""
    review = run.tables.read("corrections").where("disposition = 'review'").collect()
    asked = {row["commune_code"] for row in review}
    lists = sorted((run.output / "lists").rglob("*.xlsx"))
    lists = [path for path in lists if path.stem != "tong-hop"]
    return [
        path
        for at, path in enumerate(lists)
        if path.stem.split("-")[0] in asked or at % ANSWERING == 0
    ]


def sent_back(run, said, folder):
    """These lists as their communes return them, some damaged; returns how many of those."""
    folder.mkdir()
    damaged = 0
    for at, path in enumerate(lists_that_return(run)):
        keys = enumerate(keys_of(path))
        back = filled_in(path, {n: answer(key, said, sheet) for n, (sheet, key) in keys})
        if at % DAMAGED == 0:
            back.write_bytes(back.read_bytes()[: -100 - at])
            damaged += 1
        back.rename(folder / f"{at}.xlsx")
    return damaged


def state(run):
    """dose_id → profile, disposition and resident."""
    rows = run.tables.read("dispositions").collect()
    return {r["dose_id"]: (r["profile_id"], r["disposition"], r["resident_id"]) for r in rows}


def ascribed_wrongly(state, truth, profiles):
    """How many doses of these profiles are ascribed to somebody else."""
    return sum(
        resident not in (None, truth[dose]["resident_id"])
        for dose, (profile, _, resident) in state.items()
        if profile in profiles
    )


def unsettled(state, truth, profiles):
    """How many doses of these profiles are ascribed to somebody else, or to nobody yet."""
    return ascribed_wrongly(state, truth, profiles) + dispositions_of(state, profiles)["review"]


def dispositions_of(state, profiles):
    """Doses of these profiles by disposition."""
    return Counter(disposition for profile, disposition, _ in state.values() if profile in profiles)


def answered_by(run, said):
    """The profiles answered for: truly by all who did, and by mistake on a proposal."""
    said_of_people = run.tables.read("decisions").where(
        "sheet != 'doses' or disposition = 'review'"
    )
    rows = said_of_people.collect()
    lied = {row for row in rows if (row["answer"] == "right") != said[row["correction_id"]]}
    liars = {row["profile_id"] for row in lied}
    mistaken = {row["profile_id"] for row in lied if row["sheet"] == "platform"}
    # An answer on one dose says nothing of the others.
    people = {row["profile_id"] for row in rows if row["sheet"] != "doses"}
    return people - liars, mistaken


@pytest.mark.slow
def test_what_communes_answer_makes_less_wrong_and_nothing_moves_without_an_answer(
    run, truth, tmp_path
):
    said, before = truths(run, truth), state(run)
    people = {row["profile_id"]: row["person_id"] for row in run.tables.read("persons").collect()}
    damaged = sent_back(run, said, tmp_path / "post")

    first = receive(run.tables, [tmp_path / "post"], good_rows=False)
    again = receive(run.tables, [tmp_path / "post"], good_rows=False)

    assert first["files refused"] == first["refused"] == damaged > 0
    assert first["answers"] == first["new answers"] > 100
    assert (again["answers"], again["new answers"]) == (first["answers"], 0)
    assert first["contradictions"] == []
    assert run.tables.read("decisions").count() == first["answers"]

    for name in AGAIN:
        STAGES[name].run(run.during(name))

    after, answered = state(run), answered_people(run, people)
    assert after.keys() == before.keys()
    moved = {
        people[after[dose][0]]: (before[dose], after[dose])
        for dose in after
        if before[dose] != after[dose]
    }
    assert moved
    assert {person: told for person, told in moved.items() if person not in answered} == {}
    truly, mistaken = answered_by(run, said)
    everybody = {profile for profile, _, _ in after.values()}
    assert ascribed_wrongly(after, truth, truly) == 0
    assert ascribed_wrongly(after, truth, everybody) <= ascribed_wrongly(before, truth, everybody)
    assert unsettled(after, truth, truly) < unsettled(before, truth, truly)
    # A mistake hides nobody: the record stays in a list.
    assert mistaken
    assert dispositions_of(after, mistaken)["unverifiable"] == 0
    assert imbalances(few(run.tables.read("ledger"))).is_empty()
    assert told_anew(run)


def answered_people(run, before):
    """Everybody one of whose profiles has an answer, as they were named before and after."""
    answered = {row["profile_id"] for row in run.tables.read("decisions").collect()}
    after = {row["profile_id"]: row["person_id"] for row in run.tables.read("persons").collect()}
    # Who is joined by an answer has the doses of the other among his own.
    joined = {after[profile] for profile in answered}
    return {before[p] for p in answered} | {before[p] for p in before if after[p] in joined}


def told_anew(run):
    """Whether a list shows the answers it has had."""
    lists = (run.output / "lists").rglob("*.csv")
    return any(wording.CONFIRMED in path.read_text("utf-8-sig") for path in lists)
