"""A day's rows taken in: the tables of a whole run over the registers as the day leaves them.

The whole run, the oracle, is made to decide by the same model, plan and name counts: nothing else
may differ, in any row of any table. Days come one upon the other.
"""

import random
import shutil
from collections import Counter

import polars as pl
import pytest

from jobs import block, classify, cluster, correct, deduplicate, ingest, link, score, update, verify
from jobs.config import DEFAULT_MATCHING, Matching, load
from jobs.errors import ConfigError, DoichieuError, InputError
from jobs.few import few
from jobs.fingerprint import InputState
from jobs.history import RunRecord
from jobs.model import forms, learnt
from jobs.parquet_files import no_rows
from jobs.reference import phone_prefixes_2018
from jobs.run import Inputs, Run
from jobs.scratch import scratch
from jobs.segments import segments_of
from jobs.tables import Commit, Tables
from jobs.updating import settle
from transforms.schemas import DECISION
from transforms.scoring import posterior
from transforms.standardisation import profiles, residents

KEY = {"residents": "resident_id", "doses": "dose_id"}
PLACE = ("province_code", "district_code", "commune_code")
MAY_CHANGE = {
    "residents": [("full_name",), ("date_of_birth",), ("sex",), ("phone",), ("household_id",),
                  ("id_number",), ("old_id_number",), ("died_on",), PLACE],
    "doses": [("full_name",), ("date_of_birth",), ("sex",), ("phone",), ("id_number",),
              ("injected_on",), ("dose_number",), ("vaccine",), ("facility_code",), PLACE],
}  # fmt: skip
TABLES = (
    *("resident_rows", "residents", "dose_rows", "doses", "profiles", "verifications"),
    *("candidate_pairs", "scored_pairs", "links", "persons", "dose_events", "findings"),
    *("dispositions", "ledger", "corrections", "rejected_rows"),
)
# Of how many rows of each register a day is: few touch few others, many meet each other.
DAYS = (3, 40, 600)


# What chance hardly brings: somebody of a common name comes to the household of a candidate of
# his namesake; a profile comes that is one person with another whom the register does not know; a
# dose that a candidate had by his number has another's from now on.
HERE = {"province_code": "01", "district_code": "001", "commune_code": "00006"}
THERE = {"province_code": "79", "district_code": "760", "commune_code": "26734"}
MADE_UP = {
    "residents": {
        "R-X": {"full_name": "Lê Quang Xuân", "date_of_birth": "1980-05-05", "household_id": "H-X"}
        | HERE,
        **{
            f"R-Y{at}": {"full_name": "Trần Văn Yên", "date_of_birth": f"19{40 + at}-02-03"}
            | THERE
            | {"household_id": "H-X" if at == 6 else f"H-Y{at}"}
            for at in range(7)
        },
        "R-Z": {"full_name": "Vũ Bá Zoãn", "date_of_birth": "1985-06-07"}
        | {"id_number": "001085987654"}
        | HERE,
    },
    "doses": {
        "D-P": {"full_name": "Trần Văn Yên", "date_of_birth": "05/05/1980"},
        "D-S1": {"full_name": "Đặng Thị Không Ai", "date_of_birth": "13/03/1950"},
        "D-S2": {"full_name": "Đặng Thị Không Ai", "date_of_birth": "13/03/1950"}
        | {"dose_number": "2", "injected_on": "2021-11-11", "phone": "0981234567"},
        "D-Z1": {"full_name": "Vũ Bá Zoãn", "date_of_birth": "07/06/1985"}
        | {"id_number": "001085123654", "sex": "Nam"},
        "D-Z2": {"full_name": "Vũ Bá Zoãn", "date_of_birth": "07/06/1985"}
        | {"dose_number": "2", "injected_on": "2021-11-11"},
    },
}
COMMON = {
    "residents": {"sex": "M", "life_status": "alive"},
    "doses": {"dose_number": "1", "injected_on": "2021-09-01", "vaccine": "AstraZeneca",
              "facility_code": "0000601"} | HERE,
}  # fmt: skip
# As the first day finds them; None are not there yet.
BEFORE = {
    "residents": {"R-Y6": {"household_id": "H-Y6"}},
    "doses": {"D-S2": None, "D-Z1": {"id_number": "001085987654"}},
}


def registers(folder):
    """Both, as rows by their key in the order of the files."""
    return {
        name: {
            row[key]: row
            for row in pl.read_parquet(f"{folder}/{name}.parquet/*.parquet").to_dicts()
        }
        for name, key in KEY.items()
    }


def with_made_up(rows, name):
    """The register with the rows made up for it, which have every column."""
    columns, key = next(iter(rows.values())), KEY[name]
    added = {
        made: dict.fromkeys(columns) | COMMON[name] | told | {key: made}
        for made, told in MADE_UP[name].items()
    }
    return rows | added


def without_made_up(known, day, name):
    """The same before the day that brings them, and with what the day says of them."""
    for key, told in BEFORE[name].items():
        day.append(known.pop(key))
        if told is not None:
            known[key] = day[-1] | told
    return known, day


def as_before(rows, name, count, dice):
    """The register before a day of so many rows: half of them new, half with another value."""
    day = dice.sample(sorted(rows.keys() - MADE_UP[name].keys()), count)
    known = {key: dict(row) for key, row in rows.items() if key not in day[: count // 2]}
    for key in day[count // 2 :]:
        columns, other = dice.choice(MAY_CHANGE[name]), rows[dice.choice(sorted(rows))]
        known[key] = rows[key] | {column: other[column] for column in columns}
    return known, [rows[key] for key in day]


def written(folder, **rows):
    folder.mkdir()
    for name, some in rows.items():
        texts = pl.DataFrame(list(some), infer_schema_length=None).cast(pl.String)
        texts.write_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def days(small_nation, tmp_path_factory):
    """The registers before any day, one folder a day with its rows, and those after all of them."""
    place, dice = tmp_path_factory.mktemp("days"), random.Random(20221125)
    told = registers(small_nation.folder)
    after = {name: with_made_up(told[name], name) for name in KEY}
    now, folders = dict(after), []
    for at, count in reversed(list(enumerate(DAYS))):
        told = {name: as_before(now[name], name, count, dice) for name in KEY}
        if at == 0:
            told = {name: without_made_up(*told[name], name) for name in KEY}
        folders.append(
            written(place / f"day-{at}", **{name: new for name, (_, new) in told.items()})
        )
        now = {name: old for name, (old, _) in told.items()}
    before = written(place / "before", **{name: rows.values() for name, rows in now.items()})
    whole = written(place / "after", **{name: rows.values() for name, rows in after.items()})
    return before, folders[::-1], whole


def words(folder, warehouse, run_id):
    return ["--residents", folder / "residents.parquet", "--doses", folder / "doses.parquet",
            "--warehouse", warehouse, "--run-id", run_id, "--json"]  # fmt: skip


@pytest.fixture(scope="module")
def begun(days, in_session, tmp_path_factory):
    """The warehouse before any day."""
    warehouse = tmp_path_factory.mktemp("begun") / "warehouse"
    in_session("run", *words(days[0], warehouse, "whole"), "--until", "correct")
    return warehouse


@pytest.fixture
def warehouse(begun, tmp_path):
    return shutil.copytree(begun, tmp_path / "warehouse")


@pytest.fixture(scope="module")
def expected(begun, days, spark, settings, tmp_path_factory):
    """The tables of a whole run over the registers as they are in the end."""
    place = shutil.copytree(begun, tmp_path_factory.mktemp("expected") / "warehouse")
    tables = Tables(spark, str(place), Commit("expected"))
    inputs = Inputs(*(str(days[2] / f"{name}.parquet") for name in KEY))
    run = Run(tables, settings, load(DEFAULT_MATCHING, Matching), inputs, "expected")
    ingest.run(run)
    standardised_alike(run)
    verify.run(run)
    block.run(run)
    with scratch(spark, tables.path("_score")) as disk:
        pairs = disk.written(
            "pairs", score.compared_pairs(run, few(tables.read("facilities")), forms(tables))
        )
        weighed = posterior.scored_pairs(pairs, learnt(tables), run.matching.scoring)
        tables.overwrite("scored_pairs", weighed)
    for stage in (link, cluster, deduplicate, classify, correct):
        stage.run(run)
    return tables


def standardised_alike(run):
    """What `standardise` does, with the names and facilities of the run before."""
    tables, prefixes = run.tables, phone_prefixes_2018(run.settings.reference_dir)
    people = residents.standardised(tables.read("resident_rows"), prefixes)
    tables.overwrite("residents", people.only("residents"))
    vocabulary, rows = (
        residents.vocabulary(few(tables.read("name_tokens"))),
        tables.read("dose_rows"),
    )
    segments = segments_of(tables.spark, rows)
    tables.overwrite_all(profiles.standardised(rows, vocabulary, prefixes, segments))


def counted(tables, name):
    """How often each row is there, whoever wrote it."""
    rows = few(tables.read(name))
    return Counter(map(repr, rows.drop("run_id", strict=False).rows()))


def differences(tables, expected):
    """By table the rows that one alone has."""
    pairs = {name: (counted(tables, name), counted(expected, name)) for name in TABLES}
    return {
        name: (dict(ours - theirs), dict(theirs - ours))
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    }


@pytest.fixture(params=["in_session", "by_itself"])
def doichieu(request):
    """A command in the tests' own session, and one that starts Java only where it needs it."""
    return request.getfixturevalue(request.param)


def java_was_started(warehouse):
    """Whether a command by itself has: its first words are in there."""
    return (warehouse / "logs" / "spark.log").exists()


@pytest.mark.slow
def test_day_upon_day_gives_the_tables_of_a_whole_run(days, warehouse, expected, doichieu, spark):
    for at, day in enumerate(days[1]):
        told = doichieu("update", *words(day, warehouse, f"day-{at}"))
    tables = Tables(spark, str(warehouse))

    assert not java_was_started(warehouse)

    assert differences(tables, expected) == {}
    assert told["dose_rows"] == sum(counted(tables, "dispositions").values())
    runs = {row["run_id"]: row for row in tables.rows("runs")}
    assert [runs[name]["status"] for name in ("whole", "day-0", "day-2")] == [
        "partial",
        "updated",
        "updated",
    ]
    assert dict(runs["day-2"]["inputs"])["builds_on"] == "day-1"
    # Decided on some day, and most of them on none.
    decided = few(tables.read("dispositions"))["run_id"].value_counts().rows()
    assert sorted(dict(decided)) == ["day-0", "day-1", "day-2", "whole"]


@pytest.mark.slow
def test_an_update_that_is_stopped_changes_nothing_and_can_be_done_again(
    days, warehouse, in_session, spark, monkeypatch
):
    tables, day = Tables(spark, str(warehouse)), words(days[1][2], warehouse, "day")
    before = {name: counted(tables, name) for name in TABLES}
    monkeypatch.setattr(settle, "balance", stopped)
    # What broke it is told, also where it has broken the record as well.
    monkeypatch.setattr(RunRecord, "write", written_while_running(RunRecord.write))
    with pytest.raises(DoichieuError, match="stage balance failed"):
        in_session("update", *day)
    assert {name: counted(tables, name) for name in TABLES} == before
    monkeypatch.undo()

    in_session("update", *day)
    after = {name: counted(tables, name) for name in TABLES}
    assert after["dispositions"] != before["dispositions"]
    # The very files once more, as after a kill between the last commit and the record of it.
    assert in_session("update", *day[:-2], "again", "--json")["run_id"] == "day"
    assert {name: counted(tables, name) for name in TABLES} == after
    # A database's address is the same the day after, and so may its rows be.
    (taken,) = (row["inputs"] for row in tables.rows("runs") if row["run_id"] == "day")
    state = InputState(dict(taken)["hash"], size=None)
    monkeypatch.setattr(update, "input_state", lambda *_: state)
    assert in_session("update", *day[:-2], "again", "--json")["run_id"] == "again"
    assert {name: counted(tables, name) for name in TABLES} == after


def written_while_running(write):
    def written(record, status):
        if status != "running":
            raise OSError("the disk is gone")
        write(record, status)

    return written


def stopped(*_):
    raise RuntimeError("the lights went out")


@pytest.mark.slow
def test_rows_that_cannot_be_used_are_told_and_the_rows_they_name_stay(
    days, warehouse, doichieu, spark, tmp_path
):
    tables = Tables(spark, str(warehouse))
    known = few(tables.read("dose_rows")).row(0, named=True)
    bad = known | {"province_code": "00", "full_name": "SOMEBODY ELSE"}
    new = known | {"dose_id": "D-NEW", "injected_on": "2022-02-02"}
    folder = written(tmp_path / "day", doses=[bad, new])
    before = counted(tables, "rejected_rows"), counted(tables, "dose_rows")

    doichieu("update", "--doses", folder / "doses.parquet", "--warehouse", warehouse,
             "--run-id", "day", "--json")  # fmt: skip

    assert sum((counted(tables, "rejected_rows") - before[0]).values()) == 1
    assert counted(tables, "dose_rows") - before[1] == Counter([repr(tuple(new.values()))])


@pytest.mark.slow
def test_java_is_started_for_what_only_spark_reads(days, warehouse, by_itself, spark, tmp_path):
    tables = Tables(spark, str(warehouse))
    tables.overwrite("decisions", no_rows(spark, DECISION))  # answers that came back, if any
    row = few(tables.read("dose_rows")).row(0, named=True) | {"full_name": "LÊ\nQUANG XUÂN"}
    pl.DataFrame([row]).write_csv(tmp_path / "doses.csv")  # two lines are one row

    by_itself("update", "--doses", tmp_path / "doses.csv", "--warehouse", warehouse,
              "--run-id", "day", "--json")  # fmt: skip

    assert java_was_started(warehouse)
    found = few(tables.read("dose_rows")).filter(dose_id=row["dose_id"])
    assert found["full_name"].to_list() == [row["full_name"]]


@pytest.mark.slow
def test_what_an_update_cannot_build_upon_is_refused_with_the_way_out(
    days, warehouse, in_session, tmp_path, monkeypatch
):
    day = words(days[1][0], warehouse, "day")
    with pytest.raises(ConfigError, match="give --residents, --doses or both"):
        in_session("update", *day[4:])
    with pytest.raises(ConfigError, match="nothing to update yet; begin with `doichieu run`"):
        in_session("update", *words(days[1][0], tmp_path / "empty", "day"))
    surplus = pl.read_parquet(days[1][0] / "doses.parquet").with_columns(colour=pl.lit("red"))
    folder = written(tmp_path / "day", doses=surplus.to_dicts())
    with pytest.raises(
        InputError, match="of its 2 columns beyond the contract number 2 was not there"
    ):
        in_session("update", "--doses", folder / "doses.parquet", *day[4:])
    with pytest.raises(ConfigError, match="--run-id whole: another run has this name"):
        in_session("update", *words(days[1][0], warehouse, "whole"))
    monkeypatch.setattr(update, "depends_on", lambda _: ("other", "settings"))
    with pytest.raises(ConfigError, match="settings or code have changed since run whole"):
        in_session("update", *day)
    monkeypatch.undo()
    in_session("run", *words(days[2], warehouse, "newer"), "--until", "ingest")
    with pytest.raises(ConfigError, match="run newer has begun and not come to its corrections"):
        in_session("update", *day)
