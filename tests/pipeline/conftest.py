import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.config import DEFAULT_CONF, ROOT, Settings, load
from jobs.synthesise import synthesise
from tests.conftest import QUICK_START

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


@pytest.fixture(scope="session")
def nation(spark, settings, tmp_path_factory):
    """A nation of 3,000 residents as files; returns the options that name its registers."""
    out = tmp_path_factory.mktemp("nation")
    synthesise(spark, settings.reference_dir, 3_000, out, 1)
    registers = {"--residents": out / "residents.parquet", "--doses": out / "doses.parquet"}
    return [str(word) for option in registers.items() for word in option]


def settings_file(settings, folder, java_options):
    """Settings for a run beside the tests' own session."""
    path = folder / "small.toml"
    places = {"reference": settings.reference_dir, "jars": settings.spark.jars_dir}
    path.write_text(SMALL.format(**places, scratch=folder / "local", java_options=java_options))
    return path


@pytest.fixture(scope="session")
def conf(settings, tmp_path_factory):
    """Settings for a small nation, done before the optimising compiler has paid for itself."""
    return settings_file(settings, tmp_path_factory.mktemp("conf"), QUICK_START)


@pytest.fixture(scope="session")
def demo_conf(settings, tmp_path_factory):
    """Settings for the demo's nation, where it does pay."""
    options = load(DEFAULT_CONF, Settings).spark.conf["spark.driver.extraJavaOptions"]
    return settings_file(settings, tmp_path_factory.mktemp("demo_conf"), options)


@pytest.fixture(scope="session")
def undisturbed(nation, conf, tmp_path_factory):
    """The warehouse of a run named `same` that nothing interrupted."""
    warehouse = tmp_path_factory.mktemp("undisturbed") / "warehouse"
    subprocess.run(command(nation, conf, warehouse), env=environment(), check=True)
    return warehouse


@pytest.fixture(scope="session")
def demo(demo_conf, tmp_path_factory):
    """The demo's nation of 98,000 residents: its folder, and how many rows were made."""
    out = tmp_path_factory.mktemp("demo")
    options = ["--residents", 98_000, "--out", out, "--seed", 77, "--conf", demo_conf, "--json"]
    return out, doichieu("synthesise", *options)


def doichieu(*words):
    """One command of the product; its JSON answer, if it was asked for one."""
    command = [sys.executable, "-m", "jobs.cli", *map(str, words)]
    done = subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout) if "--json" in words else None


def command(nation, conf, warehouse):
    """The command line of the run named `same`."""
    options = ["--warehouse", warehouse, "--conf", conf, "--run-id", "same", "--json"]
    return [sys.executable, "-m", "jobs.cli", "run", *nation, *map(str, options)]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def published(warehouse: Path):
    """SHA-256 of every list and manifest, by its path; the report tells times, so it may differ."""
    folder = warehouse / "published"
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "report.html"
    }
