from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from jobs.config import DEFAULT_CONF, Settings, SparkSettings, load
from jobs.session import spark_session
from transforms.here import SETTING

# Compiling hard what runs once costs more than half of a small run's CPU.
# The 48 MB that HotSpot then keeps for it are full after some hundred tests, and that is fatal.
COMPILE_LITTLE = "-XX:+UseParallelGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
# The files of one nation share what is dear to make, so one process takes them all.
WHOLE_RUNS = {
    "tests/pipeline/test_resume.py": "the small nation",
    "tests/pipeline/test_submitted.py": "the small nation",
    "tests/pipeline/test_figures.py": "the nation",
    "tests/pipeline/test_nation.py": "the nation",
    "tests/pipeline/test_quality.py": "the nation",
    "tests/pipeline/test_round_trip.py": "the nation",
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Tests of one file, and files of one nation, stay together in one of two processes."""
    return ByNation(config, log)


class ByNation(LoadScopeScheduling):
    """Hands out files as they come, those of a nation as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return WHOLE_RUNS.get(file, file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that needs a JVM, so that `-m "not spark"` runs in seconds.

    What takes longest comes first, so that two processes end at about the same time.
    """
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker("spark")
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in WHOLE_RUNS)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """conf/local.toml, shrunk to what a test needs."""
    scratch = tmp_path_factory.mktemp("spark")
    real = load(DEFAULT_CONF, Settings)
    conf = {
        **real.spark.conf,
        "spark.driver.extraJavaOptions": COMPILE_LITTLE,
        # As on a cluster; runs in processes of their own do here what is small.
        SETTING: "-1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.local.dir": str(scratch / "local"),
    }
    small = SparkSettings(master="local[2]", driver_memory="2g", conf=conf)
    return real.model_copy(update={"spark": small})


@pytest.fixture(scope="session")
def spark(settings: Settings) -> Iterator[SparkSession]:
    session = spark_session(settings, "tests")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def reference(settings: Settings) -> Path:
    return settings.reference_dir
