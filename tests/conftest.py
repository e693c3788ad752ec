from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.config import DEFAULT_CONF, Settings, SparkSettings, load
from jobs.session import spark_session


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that needs a JVM, so that `-m "not spark"` runs in seconds."""
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker("spark")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """conf/local.toml, shrunk to what a test needs."""
    scratch = tmp_path_factory.mktemp("spark")
    real = load(DEFAULT_CONF, Settings)
    conf = {
        **real.spark.conf,
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
