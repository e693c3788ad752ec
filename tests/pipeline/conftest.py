import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from jobs import cli
from jobs.config import ROOT
from scripts.package import package
from scripts.standalone import HOME, submission, submitting

# Two warehouses seal alike only with one secret.
os.environ.setdefault("DOICHIEU_LIST_SECRET", "the secret of all test warehouses")

# One machine runs the tests' own session beside the one that a test starts.
SMALL = """
reference_dir = "{reference}"

[spark]
master = "local[2]"
driver_memory = "3g"
jars_dir = "{jars}"

[spark.conf]
"spark.sql.shuffle.partitions" = "2"
"spark.ui.enabled" = "false"
"spark.driver.extraJavaOptions" = "{java_options}"
"spark.local.dir" = "{scratch}"
"""
SUBMITTED = """
reference_dir = "reference"
[spark.conf]
"spark.sql.shuffle.partitions" = "4"
"""
LOCAL_CLUSTER = "local-cluster[2,1,2048]"
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
RESIDENTS = 20_000
# What comes out of a run that is killed, or runs on a cluster, is asked of bytes, not of shares.
FEW_RESIDENTS = 3_000
KILLED_AFTER = ("standardise", "score", "correct")


class Nation(NamedTuple):
    """A made-up nation: its folder, and how many rows of what were made."""

    folder: Path
    made: dict

    @property
    def registers(self):
        """The options that name its registers."""
        return ["--residents", self.folder / "residents.parquet",
                "--doses", self.folder / "doses.parquet"]  # fmt: skip

    @property
    def administered(self):
        """The file of doses given: what was recorded, and one never entered on each day in ten."""
        return self.folder / "administered.csv"


class Finished(NamedTuple):
    """A finished warehouse, and the events of the attempt that finished it."""

    warehouse: Path
    events: list


@pytest.fixture(scope="session")
def conf(settings, tmp_path_factory):
    """Settings for a run beside the tests' own session."""
    folder = tmp_path_factory.mktemp("conf")
    places = {"reference": settings.reference_dir, "jars": settings.spark.jars_dir}
    java_options = settings.spark.conf[JAVA_OPTIONS]
    written = SMALL.format(**places, scratch=folder / "local", java_options=java_options)
    (folder / "small.toml").write_text(written)
    return folder / "small.toml"


@pytest.fixture(scope="session")
def in_session(spark):
    """One command of the product in the tests' own session, which has Java warm; its JSON answer.

    That a command starts a session of its own is shown by the runs that are killed.
    """

    @contextmanager
    def session(*_):
        yield spark

    def doichieu(*words):
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as told:
            for place in ("command.session", "launch.session", "update.session_if_needed"):
                patch.setattr(f"jobs.{place}", session)
            cli.app([*map(str, words)], standalone_mode=False)
        return json.loads(told.getvalue())

    return doichieu


@pytest.fixture(scope="session")
def by_itself(conf):
    """The same as a user runs it, with no session there before; its JSON answer."""

    def doichieu(*words):
        command = [sys.executable, "-m", "jobs.cli", *words, "--conf", conf]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([*map(str, command)], env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return doichieu


@pytest.fixture(scope="session")
def nation(in_session, tmp_path_factory):
    """The nation that is large enough for shares."""
    return made_nation(RESIDENTS, tmp_path_factory.mktemp("nation"), in_session)


@pytest.fixture(scope="session")
def finished(nation, in_session, tmp_path_factory):
    """The warehouse of that nation's run, in which nothing happened."""
    warehouse = tmp_path_factory.mktemp("finished") / "warehouse"
    in_session(*run_of(nation, warehouse))
    return warehouse


@pytest.fixture(scope="session")
def small_nation(in_session, tmp_path_factory):
    """The nation that is run again and again."""
    return made_nation(FEW_RESIDENTS, tmp_path_factory.mktemp("small_nation"), in_session)


@pytest.fixture(scope="session")
def uninterrupted(small_nation, by_itself, tmp_path_factory):
    """The warehouse of the small nation's run on this machine alone, in which nothing happened."""
    warehouse = tmp_path_factory.mktemp("uninterrupted") / "warehouse"
    by_itself(*run_of(small_nation, warehouse))
    return warehouse


@pytest.fixture(scope="session")
def submit(settings, tmp_path_factory):
    """Starts a command of the packaged application on a master; its output is for the caller."""
    dist = tmp_path_factory.mktemp("package") / "dist"
    package(dist)
    conf = dist / "conf" / "small.toml"
    conf.write_text(SUBMITTED)
    home = tmp_path_factory.mktemp("spark")  # where executors of a local cluster keep their files
    for part in HOME.iterdir():
        (home / part.name).symlink_to(part)

    def submitted(master, words):
        java_options = settings.spark.conf[JAVA_OPTIONS]
        line = submission(dist, master, [*words, "--conf", conf], java_options)
        return subprocess.Popen(
            line,
            cwd=dist,
            env={**submitting(), "SPARK_HOME": str(home)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return submitted


@pytest.fixture(scope="session")
def interrupted(small_nation, submit, tmp_path_factory):
    """The small nation's run on executors of their own, killed in three places and begun again."""
    warehouse = tmp_path_factory.mktemp("interrupted") / "warehouse"
    words = run_of(small_nation, warehouse)
    for stage in KILLED_AFTER:
        killed_after(stage, submit(LOCAL_CLUSTER, words))
    with submit(LOCAL_CLUSTER, words) as last:
        told = [*events_of(last)]
    assert last.returncode == 0
    return Finished(warehouse, told)


def run_of(nation, warehouse):
    """The words of a run named `same`; doses given are for the report alone."""
    return ["run", *nation.registers, "--administered", nation.administered,
            "--warehouse", warehouse, "--run-id", "same", "--json"]  # fmt: skip


def killed_after(stage, started):
    """Kill a run, Java and all, as soon as `stage` is done and the next has begun."""
    with started as process:
        for event in events_of(process):
            if event["event"] == "finished" and event["stage"] == stage:
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def events_of(process):
    """What a run tells while it goes; spark-submit sends both its streams to standard output."""
    return (json.loads(line) for line in process.stdout if line.startswith('{"event"'))


def made_nation(residents, out, doichieu):
    """A nation of that many residents, made by the command."""
    options = ["--residents", residents, "--out", out, "--seed", 77, "--json"]
    nation = Nation(out, doichieu("synthesise", *options))
    write_administered(nation)
    return nation


def write_administered(nation):
    days = ("facility_code", "injected_on", "vaccine")
    rows = pq.read_table(nation.folder / "doses.parquet", columns=list(days)).to_pylist()
    given = Counter(tuple(row.values()) for row in rows if row["facility_code"])
    with nation.administered.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow((*days, "doses"))
        for at, (day, doses) in enumerate(sorted(given.items(), key=str)):
            written.writerow((*day, doses + (at % 10 == 0)))


def published(warehouse: Path):
    """SHA-256 of every list and manifest, by its path; the report tells times, so it may differ."""
    folder = warehouse / "published"
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "report.html"
    }
